import { Component, type ReactNode } from 'react';
import { useWords } from '../i18n/language.js';

interface GuardState {
  readonly error: Error | null;
}

/** Keeps the frame standing when a page throws, and says what it threw. */
export class Guard extends Component<{ readonly children: ReactNode }, GuardState> {
  override state: GuardState = { error: null };

  static getDerivedStateFromError(error: unknown): GuardState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Crash error={this.state.error} again={() => this.setState({ error: null })} />;
  }
}

function Crash({ error, again }: { readonly error: Error; readonly again: () => void }) {
  const { t } = useWords();
  return (
    <section className="crash failure" role="alert">
      <h2>{t('crashed')}</h2>
      <p>
        <code>{error.message}</code>
      </p>
      <button type="button" onClick={again}>
        {t('retry')}
      </button>
    </section>
  );
}
