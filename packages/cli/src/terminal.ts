import type { Bilingual } from '@qipan/base';

/** A figure that grows towards another while something runs. */
export interface ProgressLine {
  /** `share` in 0…1, null when nobody knows how far it is. */
  update(share: number | null, text: string): void;
  done(text: string): void;
}

export const both = (text: Bilingual): string => `${text.en} · ${text.zh}`;

/** How often a pipe gets a line about something that goes on. */
const plainEveryMs = 2_000;

/**
 * Says what is being done: on a terminal with bars that are redrawn, in a pipe with plain lines. Everything goes to standard
 * error, so that standard output holds results alone.
 */
export class Terminal {
  readonly #out: NodeJS.WriteStream;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  get isInteractive(): boolean {
    return this.#out.isTTY === true && process.env['CI'] === undefined;
  }

  /** Seconds since the process began. */
  elapsedS(): number {
    return performance.now() / 1000;
  }

  /** One step, with the time since the start of the program. */
  step(text: Bilingual | string): void {
    this.line(`[${this.elapsedS().toFixed(1).padStart(5)} s] ${typeof text === 'string' ? text : both(text)}`);
  }

  line(text: string): void {
    this.#out.write(`${text}\n`);
  }

  progress(label: Bilingual): ProgressLine {
    return this.isInteractive ? this.#bar(label) : this.#plain(label);
  }

  #bar(label: Bilingual): ProgressLine {
    const width = 24;
    const draw = (share: number | null, text: string) => {
      const full = share === null ? 0 : Math.round(Math.min(1, Math.max(0, share)) * width);
      const bar = share === null ? '·'.repeat(width) : '█'.repeat(full) + '░'.repeat(width - full);
      const room = Math.max(10, (this.#out.columns ?? 100) - width - label.en.length - label.zh.length * 2 - 12);
      this.#out.write(`\r\u001b[2K  ${both(label)} ${bar} ${text.slice(0, room)}`);
    };
    draw(null, '');
    return {
      update: draw,
      done: (text) => {
        this.#out.write('\r\u001b[2K');
        this.step(`${both(label)}: ${text}`);
      },
    };
  }

  #plain(label: Bilingual): ProgressLine {
    let toldMs = performance.now();
    return {
      update: (share, text) => {
        const nowMs = performance.now();
        if (nowMs - toldMs < plainEveryMs) return;
        toldMs = nowMs;
        this.step(`${both(label)}: ${share === null ? '' : `${Math.round(share * 100)} % `}${text}`);
      },
      done: (text) => this.step(`${both(label)}: ${text}`),
    };
  }
}

/** Prints a result: for programs as JSON, for people as the lines given. */
export function printResult(json: boolean | undefined, value: unknown, lines: () => readonly string[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(value)}\n` : `${lines().join('\n')}\n`);
}
