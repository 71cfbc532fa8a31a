import type { AnyEvent, AnyStoredEvent } from '@qipan/base';
import type { Log } from '@qipan/store';

/** An event whose `messageId` makes it findable. */
export const heartbeat = (stationId: string, messageId: string, receivedAtMs = 1_750_000_000_000): AnyEvent => ({
  stationId,
  kind: 'heartbeat',
  atMs: null,
  receivedAtMs,
  evseId: null,
  connectorId: null,
  payload: { messageId },
});

/** The whole log, page by page. */
export async function wholeLog(log: Log): Promise<readonly AnyStoredEvent[]> {
  const all: AnyStoredEvent[] = [];
  for (;;) {
    const page = await log.read({ afterSeq: all[all.length - 1]?.seq ?? 0, limit: 2_000 });
    all.push(...page);
    if (page.length < 2_000) return all;
  }
}

export const messageIdOf = (e: AnyEvent): string => e.payload.messageId ?? '';

/** True when the seqs are first, first + 1, … */
export const isGapless = (events: readonly { seq: number }[], first = 1): boolean =>
  events.every((e, i) => e.seq === first + i);

export const codeOf = (e: unknown): string => (e as { code?: string }).code ?? String(e);
