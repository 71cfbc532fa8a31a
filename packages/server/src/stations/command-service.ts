import { createHash, randomBytes } from 'node:crypto';
import { QipanError, uuidV7, type CommandOutcome } from '@qipan/base';
import {
  encodeCommand,
  loadValidators,
  readCommand,
  violationText,
  type Command,
  type EncodedCommand,
  type OutboundCall,
  type Payload,
  type PeerError,
  type Settled,
} from '@qipan/ocpp';
import { nextBlock, type Store } from '@qipan/store';
import type { Logger } from 'pino';
import type { Audit } from '../audit.js';
import type { CommandInput, CommandView } from '../contract.js';
import type { LiveHub } from '../live/hub.js';
import type { StoreWatch } from '../store-watch.js';
import type { StationSocket } from '../sockets/station-socket.js';
import type { StationEntry } from './entry.js';
import type { Ledger } from './ledger.js';
import type { StationRegistry } from './registry.js';
import { commandAnsweredEvent, commandSentEvent } from './station-events.js';

export interface CommandServiceOptions {
  readonly store: Store;
  readonly hub: LiveHub;
  readonly audit: Audit;
  readonly logger: Logger;
  readonly registry: StationRegistry;
  readonly ledger: Ledger;
  readonly watch: StoreWatch;
  /** How long a station may take to answer. */
  readonly timeoutMs: number;
}

export interface Request {
  readonly by: string;
  readonly from: string;
  readonly waitS: number;
  readonly idempotencyKey: string | null;
}

interface CommandRow {
  readonly id: string;
  readonly stationId: string;
  readonly action: string;
  readonly payload: unknown;
  readonly outcome: CommandOutcome | null;
  readonly answer: unknown;
  readonly error: string | null;
  readonly requestedBy: string;
  readonly reason: string | null;
  readonly createdAtMs: number;
  readonly sentAtMs: number | null;
  readonly answeredAtMs: number | null;
  readonly transactionId: string | null;
}

interface Open {
  row: CommandRow;
  readonly waiting: (() => void)[];
}

interface Wanted {
  readonly entry: StationEntry;
  readonly command: Command;
  readonly input: CommandInput;
  readonly request: Request;
}

const queuedMs = 60_000;
const blockSize = 100;

const commandView = (row: CommandRow): CommandView => ({
  commandId: row.id,
  stationId: row.stationId,
  action: row.action,
  payload: row.payload,
  outcome: row.outcome,
  answer: row.answer,
  error: row.error,
  requestedBy: row.requestedBy,
  createdAtMs: row.createdAtMs,
  answeredAtMs: row.answeredAtMs,
  transactionId: row.transactionId,
});

/** Commands to stations: stored before they are sent, ended by the station's own answer or by what came in its place. */
export class CommandService {
  readonly #o: CommandServiceOptions;
  readonly #open = new Map<string, Open>();
  /** Commands whose record is being made: a request repeated meanwhile waits for it. */
  readonly #sending = new Map<string, Promise<void>>();
  #nextRequestId = 0;
  #requestIdsLeft = 0;

  constructor(options: CommandServiceOptions) {
    this.#o = options;
  }

  /** Ends what a killed process left open: nobody waits for those answers any more. */
  async load(): Promise<void> {
    const { records } = this.#o.store;
    const query = { where: { outcome: null }, orderBy: 'createdAtMs', limit: 1000 };
    for (;;) {
      const open = await records.select<CommandRow>('command', query);
      if (open.length === 0) return;
      const answeredAtMs = Date.now();
      const end = { outcome: 'connectionLost', answeredAtMs, error: 'the server was restarted' };
      await records.write(open.map((row) => ({ table: 'command', row: { ...row, ...end } })));
    }
  }

  /**
   * Sends a command and gives its record: ended if the station answered within `waitS`, else still open. Throws `NOT_FOUND`,
   * `UNSUPPORTED_ACTION` and `BAD_INPUT` before anything is stored; `DATABASE_DOWN` and `DISK_FULL` when nothing can be.
   */
  async send(stationId: string, input: CommandInput, request: Request): Promise<CommandView> {
    const entry = this.#o.registry.require(stationId);
    this.#o.watch.check();
    const command = readCommand(input.action, input.payload as Payload);
    const id = this.#idOf(stationId, request);
    const sending =
      this.#sending.get(id) ??
      this.#sendOnce(id, { entry, command, input, request }).finally(() => this.#sending.delete(id));
    this.#sending.set(id, sending);
    await sending;
    await this.#wait(id, request.waitS * 1000);
    return this.get(id);
  }

  async get(id: string): Promise<CommandView> {
    const row = await this.#row(id);
    if (!row) throw new QipanError('NOT_FOUND', `there is no command ${id}`, { got: id });
    return commandView(row);
  }

  async list(stationId: string, limit: number): Promise<readonly CommandView[]> {
    const where = { stationId };
    const query = { where, orderBy: 'createdAtMs', descending: true, limit };
    const rows = await this.#o.store.records.select<CommandRow>('command', query);
    return rows.map((row) => commandView(this.#open.get(row.id)?.row ?? row));
  }

  settled({ call, outcome, answer, error }: Settled): void {
    const text = error === null ? null : `${error.code}${error.description === '' ? '' : `: ${error.description}`}`;
    void this.#end(call.id, outcome, answer, text);
  }

  refused(call: OutboundCall, reason: string, detail: string): void {
    void this.#end(call.id, reason === 'closed' ? 'offline' : 'error', null, `${reason}: ${detail}`);
  }

  /** An answer after the time was up: kept beside the outcome, which stays. */
  late(call: OutboundCall, answer: Payload | null, error: PeerError | null): void {
    this.#change(call.id, { answer: answer ?? error, error: 'the answer came after the time was up' })
      .then(async () => this.#o.hub.command(await this.get(call.id)))
      .catch((e: unknown) => this.#o.logger.warn({ err: e }, 'late answer was not stored'));
  }

  /** A remote start has led to a transaction. */
  linked(commandId: string, transactionId: string): void {
    this.#link(commandId, transactionId).catch((e: unknown) =>
      this.#o.logger.warn({ err: e, command: commandId }, 'transaction was not linked to its command'),
    );
  }

  async #link(commandId: string, transactionId: string): Promise<void> {
    await this.#change(commandId, { transactionId });
    this.#o.hub.command(await this.get(commandId));
  }

  async #change(id: string, columns: Partial<CommandRow>): Promise<void> {
    const row = await this.#row(id);
    if (!row) return;
    const open = this.#open.get(id);
    const changed = { ...row, ...columns };
    if (open) open.row = changed;
    await this.#o.store.records.write([{ table: 'command', row: changed }]);
  }

  async #sendOnce(id: string, wanted: Wanted): Promise<void> {
    if (wanted.request.idempotencyKey !== null && (await this.#row(id))) return;
    await this.#sendNew(id, wanted);
  }

  async #sendNew(id: string, { entry, command, input, request }: Wanted): Promise<void> {
    const requestId = await this.#requestId();
    const { socket } = entry;
    const call = socket === null ? null : await encoded(socket, command, requestId);
    const nowMs = this.#o.registry.now(entry);
    const row: CommandRow = {
      id,
      stationId: entry.id,
      action: input.action,
      payload: input.payload,
      outcome: null,
      answer: null,
      error: null,
      requestedBy: request.by,
      reason: input.reason ?? null,
      createdAtMs: nowMs,
      sentAtMs: nowMs,
      answeredAtMs: null,
      transactionId: null,
    };
    const remoteStartId = call?.payload['remoteStartId'];
    const sent = commandSentEvent(entry, nowMs, {
      commandId: id,
      action: input.action,
      payload: remoteStartId === undefined ? input.payload : { ...input.payload, remoteStartId },
      by: request.by,
    });
    this.#open.set(id, { row, waiting: [] });
    try {
      await this.#o.ledger.record(entry, [sent], [{ table: 'command', row: { ...row } }]);
      await this.#o.audit.note({
        who: request.by,
        from: request.from,
        action: `command ${input.action}`,
        target: entry.id,
        ...(input.reason === undefined ? {} : { reason: input.reason }),
        after: { commandId: id, payload: input.payload },
      });
    } catch (e) {
      this.#open.delete(id);
      throw e;
    }
    this.#o.hub.command(commandView(row));
    if (call === null || socket === null) return this.#end(id, 'offline', null, 'the station is not connected');
    const { action, payload } = call;
    const deadlineMs = Date.now() + queuedMs;
    socket.call({ id, action, payload, priority: priorityOf(command), timeoutMs: this.#o.timeoutMs, deadlineMs });
  }

  async #end(id: string, outcome: CommandOutcome, answer: unknown, error: string | null): Promise<void> {
    const open = this.#open.get(id);
    if (!open || open.row.outcome !== null) return;
    const entry = this.#o.registry.require(open.row.stationId);
    const nowMs = this.#o.registry.now(entry);
    open.row = { ...open.row, outcome, answer, error, answeredAtMs: nowMs };
    const { action } = open.row;
    const answered = commandAnsweredEvent(entry, nowMs, { commandId: id, action, outcome, answer: answer ?? error });
    try {
      await this.#o.ledger.note(entry, [answered], [{ table: 'command', row: { ...open.row } }]);
    } catch (e) {
      // The caller still learns the station's answer; the record stays open until the next start.
      this.#o.logger.warn({ err: e, command: id }, 'answer to a command was not stored');
    }
    this.#o.hub.command(commandView(open.row));
    for (const resolve of open.waiting) resolve();
    setTimeout(() => this.#open.delete(id), 1_000).unref();
  }

  async #wait(id: string, ms: number): Promise<void> {
    const open = this.#open.get(id);
    if (!open || open.row.outcome !== null || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      open.waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async #row(id: string): Promise<CommandRow | null> {
    return this.#open.get(id)?.row ?? (await this.#o.store.records.get<CommandRow>('command', { id }));
  }

  /** With an idempotency key the id follows from it, so that a repeated request finds the first one, also after a restart. */
  #idOf(stationId: string, request: Request): string {
    if (request.idempotencyKey === null) return uuidV7(Date.now(), randomBytes(10));
    const hash = createHash('sha256')
      .update(JSON.stringify([request.by, stationId, request.idempotencyKey]))
      .digest();
    return uuidV7(0, hash.subarray(0, 10));
  }

  async #requestId(): Promise<number> {
    if (this.#requestIdsLeft === 0) {
      this.#nextRequestId = await nextBlock(this.#o.store.records, 'requestId', blockSize);
      this.#requestIdsLeft = blockSize;
    }
    this.#requestIdsLeft--;
    return this.#nextRequestId++;
  }
}

/** The wire form, checked against the version's schema before anything is stored. */
async function encoded(socket: StationSocket, command: Command, requestId: number): Promise<EncodedCommand> {
  const call = encodeCommand(socket.version, command, { requestId });
  if ('unsupported' in call) throw new QipanError('UNSUPPORTED_ACTION', call.unsupported, { got: command.action });
  const validate = (await loadValidators(socket.version)).request(call.action);
  if (!validate)
    throw new QipanError('UNSUPPORTED_ACTION', `OCPP ${socket.version} has no ${call.action}`, { got: call.action });
  if (!validate(call.payload)) {
    const violation = validate.errors?.[0];
    const sentence = violation ? violationText(violation) : 'not valid';
    throw new QipanError('BAD_INPUT', `${call.action}: ${sentence}`, { field: 'payload', expected: sentence });
  }
  return call;
}

const priorityOf = (command: Command): OutboundCall['priority'] =>
  command.action === 'RequestStopTransaction' ? 'safety' : 'operator';
