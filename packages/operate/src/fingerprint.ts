import type { NewEvent, TransactionPayload } from '@qipan/base';

type TransactionEvent = NewEvent<'transactionStarted' | 'transactionUpdated' | 'transactionEnded'>;

function mix(hash: number, n: number): number {
  const low = n | 0;
  const high = Math.floor(n / 0x100000000) | 0;
  return Math.imul(Math.imul(hash ^ low, 0x01000193) ^ high, 0x01000193);
}

function mixText(hash: number, text: string | null): number {
  if (text === null) return mix(hash, -1);
  let h = mix(hash, text.length);
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h;
}

/** A number of 32 bits that differs when the content of a transaction message differs (times of receipt and ids aside). */
export function fingerprintOf(event: TransactionEvent): number {
  const p: TransactionPayload = event.payload;
  let h = mixText(0x811c9dc5, event.kind);
  h = mix(h, event.atMs ?? -1);
  h = mix(h, p.seqNo ?? -1);
  h = mixText(h, p.triggerReason);
  h = mixText(h, p.chargingState);
  h = mixText(h, p.stoppedReason);
  h = mixText(h, p.idToken?.idToken ?? null);
  h = mix(h, p.registerMilliWh ?? -1);
  for (const r of p.readings) {
    h = 'value' in r ? mix(h, Math.round(r.value * 1000)) : mixText(h, r.text);
  }
  return h;
}

/** Business key of a 1.6 start: evse, connector, tag, time, register; a station that lost the answer says them again. */
export function startKeyOf(event: NewEvent<'transactionStarted'>): string {
  const { idToken, registerMilliWh } = event.payload;
  const tag = idToken?.idToken.toLowerCase() ?? '';
  return [event.evseId, event.connectorId, tag, event.atMs ?? '-', registerMilliWh ?? '-'].join('|');
}

/** Business key of a 1.6 stop: time, register, tag, reason. Without the id, which some stations send as 0 or −1. */
export function endKeyOf(event: NewEvent<'transactionEnded'>): string {
  const { idToken, registerMilliWh, stoppedReason } = event.payload;
  const tag = idToken?.idToken.toLowerCase() ?? '';
  return [tag, event.atMs ?? '-', registerMilliWh ?? '-', stoppedReason ?? ''].join('|');
}
