import { language, useWords } from '../i18n/language.js';
import { themeChoice } from './theme.js';

export function LanguageSwitch() {
  const { t, lang } = useWords();
  const other = lang === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      className="quiet"
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      title={t('languageHint')}
      aria-label={t('languageHint')}
      onClick={() => language.set(other)}
    >
      {t('language')}
    </button>
  );
}

export function ThemeSwitch() {
  const { t } = useWords();
  const choice = themeChoice.use();
  return (
    <label className="inline">
      <span className="unseen">{t('theme')}</span>
      <select
        className="quiet"
        value={choice}
        onChange={(e) => themeChoice.set(e.target.value as ReturnType<typeof themeChoice.get>)}
      >
        <option value="system">{t('themeSystem')}</option>
        <option value="light">{t('themeLight')}</option>
        <option value="dark">{t('themeDark')}</option>
      </select>
    </label>
  );
}
