import { useEffect, useRef } from 'react';
import { useWords } from '../../i18n/language.js';

export interface PanelHeadProps {
  readonly title: string;
  readonly below: string;
  readonly onClose: () => void;
}

/** Heading of the panel beside the map; takes the focus when the panel opens, and gives the way back to the lists. */
export function PanelHead({ title, below, onClose }: PanelHeadProps) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <header className="panel-head">
      <div>
        <h2 id="panel-title" ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <p className="dim">{below}</p>
      </div>
      <button type="button" onClick={onClose}>
        {t('close')}
      </button>
    </header>
  );
}
