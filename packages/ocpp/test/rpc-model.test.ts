import assert from 'node:assert/strict';
import { test } from 'node:test';
import { random } from '@qipan/base';
import { encodeCall, encodeError, encodeResult, type OutboundCall, type Priority, type RpcEffect } from '@qipan/ocpp';
import { csmsMachine } from './support/exchange.js';

const priorities: readonly Priority[] = ['safety', 'operator', 'background'];

/** What an effect is about, in a word: the language in which the machine and its plain twin are compared. */
function word(e: RpcEffect): readonly string[] {
  switch (e.type) {
    case 'send': {
      const [type, id, third] = JSON.parse(e.text) as [number, string, unknown];
      return [type === 2 ? `call ${id}` : `reply ${id} ${JSON.stringify(third)}`];
    }
    case 'settled':
      return [`${e.outcome} ${e.call.id}`];
    case 'late':
      return [`late ${e.call.id}`];
    case 'refused':
      return [`${e.reason} ${e.call.id}`];
    case 'deliver':
      return [`deliver ${e.call.id}`];
    case 'note':
      return [e.note];
    case 'close':
    case 'pauseReading':
    case 'resumeReading':
    case 'setTimer':
      return [];
  }
}

/** The rules of outbound calls as a list and a slot, nothing else. */
class PlainCaller {
  waiting: OutboundCall[] = [];
  flying: { readonly call: OutboundCall; readonly untilMs: number } | null = null;
  timedOut: string[] = [];

  ask(call: OutboundCall, nowMs: number): string[] {
    if (this.waiting.length >= 5) return [`queueFull ${call.id}`];
    this.waiting.push(call);
    return this.next(nowMs);
  }

  next(nowMs: number): string[] {
    const out: string[] = [];
    while (this.flying === null && this.waiting.length > 0) {
      const rank = Math.min(...this.waiting.map((c) => priorities.indexOf(c.priority)));
      const at = this.waiting.findIndex((c) => priorities.indexOf(c.priority) === rank);
      const [call] = this.waiting.splice(at, 1) as [OutboundCall];
      if (call.deadlineMs !== null && call.deadlineMs <= nowMs) out.push(`expired ${call.id}`);
      else {
        this.flying = { call, untilMs: nowMs + call.timeoutMs };
        out.push(`call ${call.id}`);
      }
    }
    return out;
  }

  answered(id: string, how: 'answered' | 'error', nowMs: number): string[] {
    if (this.flying?.call.id === id) {
      this.flying = null;
      return [`${how} ${id}`, ...this.next(nowMs)];
    }
    if (!this.timedOut.includes(id)) return ['unknownAnswer'];
    this.timedOut = this.timedOut.filter((t) => t !== id);
    return [`late ${id}`];
  }

  tick(nowMs: number): string[] {
    const isLate = (c: OutboundCall): boolean => c.deadlineMs !== null && c.deadlineMs <= nowMs;
    const late = this.waiting.filter(isLate);
    this.waiting = this.waiting.filter((c) => !isLate(c));
    late.sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority));
    const out = late.map((c) => `expired ${c.id}`);
    if (this.flying !== null && this.flying.untilMs <= nowMs) {
      out.push(`timeout ${this.flying.call.id}`);
      this.timedOut = [...this.timedOut, this.flying.call.id].slice(-16);
      this.flying = null;
    }
    return [...out, ...this.next(nowMs)];
  }

  get dueMs(): number | null {
    const all = [...this.waiting.map((c) => c.deadlineMs), this.flying?.untilMs ?? null];
    const times = all.filter((t) => t !== null);
    return times.length === 0 ? null : Math.min(...times);
  }
}

test('outbound calls do what a list and one slot do, whatever comes when, and the timer is always the next due time', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const draw = random(seed);
    const pick = (n: number): number => Math.floor(draw.next() * n);
    const machine = csmsMachine('1.6', { maxQueued: 5 });
    const plain = new PlainCaller();
    let nowMs = 0;
    let timer: number | null = null;
    const asked: string[] = [];
    for (let step = 0; step < 200; step++) {
      nowMs += pick(4) === 0 ? pick(3000) : pick(100);
      const kind = pick(10);
      let effects: RpcEffect[];
      let wanted: string[];
      if (kind < 4) {
        const call: OutboundCall = {
          id: `c${step}`,
          action: 'Reset',
          payload: { type: 'Soft' },
          priority: priorities[pick(3)] as Priority,
          timeoutMs: 1 + pick(2000),
          deadlineMs: pick(2) === 0 ? null : nowMs + pick(2000) - 100,
        };
        asked.push(call.id);
        effects = machine.call(call, nowMs);
        wanted = plain.ask(call, nowMs);
      } else if (kind < 8) {
        const isNow = pick(3) > 0 && plain.flying !== null;
        const id = isNow ? (plain.flying?.call.id as string) : (asked[pick(asked.length)] ?? 'never');
        const how = pick(4) === 0 ? 'error' : 'answered';
        const text = how === 'error' ? encodeError(id, 'GenericError', '') : encodeResult(id, { status: 'Accepted' });
        effects = machine.receive(text, nowMs);
        wanted = plain.answered(id, how, nowMs);
      } else {
        timer = null;
        effects = machine.tick(nowMs);
        wanted = plain.tick(nowMs);
      }
      for (const e of effects) if (e.type === 'setTimer') timer = e.atMs;
      assert.deepEqual(effects.flatMap(word), wanted, `seed ${seed}, step ${step}`);
      assert.equal(machine.queued, plain.waiting.length);
      assert.equal(timer, plain.dueMs, `seed ${seed}, step ${step}: timer`);
    }
    const left = [plain.flying?.call.id, ...plain.waiting.map((c) => c.id)].filter((x) => x !== undefined);
    const ends = machine.close().flatMap((e) => (e.type === 'settled' ? [e.call.id] : []));
    assert.deepEqual([...ends].sort(), [...left].sort(), `seed ${seed}: what is left ends with the connection`);
  }
});

interface Heard {
  readonly id: string;
  readonly content: string;
  reply: string | null;
  readonly first: Heard | null;
}

test('inbound calls do what a list of turns and a table of answers do, repeats of repeats included', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const draw = random(1000 + seed);
    const pick = (n: number): number => Math.floor(draw.next() * n);
    const machine = csmsMachine('1.6');
    const turns: Heard[] = [];
    const kept = new Map<string, { readonly content: string; readonly reply: string }>();
    const open: { readonly arrival: number; readonly heard: Heard }[] = [];
    let paused = false;
    const flush = (): string[] => {
      const out: string[] = [];
      while (turns.length > 0) {
        const [head] = turns as [Heard];
        const reply = head.reply ?? head.first?.reply ?? null;
        if (reply === null) break;
        out.push(reply);
        turns.shift();
      }
      return out;
    };
    for (let step = 0; step < 150; step++) {
      let effects: RpcEffect[];
      let wanted: string[];
      if (pick(5) < 3) {
        const id = `m${pick(6)}`;
        const idTag = pick(8) === 0 ? 'x'.repeat(30) : `T${pick(2)}`;
        const content = `${id} ${idTag}`;
        effects = machine.receive(encodeCall(id, 'Authorize', { idTag }), step);
        const running = turns.find((h) => h.content === content && h.first === null);
        const again = turns.find((h) => h.content === content)?.first ?? running;
        const before = kept.get(id);
        if (again !== undefined && turns.some((h) => h.content === content)) {
          turns.push({ id, content, reply: null, first: again });
          wanted = ['repeated', ...flush()];
        } else if (before?.content === content) {
          turns.push({ id, content, reply: before.reply, first: null });
          wanted = ['repeated', ...flush()];
        } else {
          const isBad = idTag.length > 20;
          const reused = before === undefined ? [] : ['messageIdReused'];
          const heard: Heard = {
            id,
            content,
            reply: isBad ? `reply ${id} "PropertyConstraintViolation"` : null,
            first: null,
          };
          turns.push(heard);
          wanted = isBad ? [...reused, 'refusedCall', ...flush()] : [...reused, `deliver ${id}`];
          for (const e of effects) if (e.type === 'deliver') open.push({ arrival: e.call.arrival, heard });
        }
      } else if (open.length > 0) {
        const [{ arrival, heard }] = open.splice(pick(open.length), 1) as [(typeof open)[number]];
        if (pick(4) === 0) {
          effects = machine.answerError(arrival, { code: 'InternalError', description: '' });
          heard.reply = `reply ${heard.id} "InternalError"`;
        } else {
          effects = machine.answer(arrival, { idTagInfo: { status: 'Accepted' } }, step);
          heard.reply = `reply ${heard.id} {"idTagInfo":{"status":"Accepted"}}`;
          kept.set(heard.id, { content: heard.content, reply: heard.reply });
        }
        wanted = flush();
      } else continue;
      for (const e of effects) {
        if (e.type === 'pauseReading') paused = true;
        if (e.type === 'resumeReading') paused = false;
      }
      assert.deepEqual(effects.flatMap(word), wanted, `seed ${seed}, step ${step}`);
      assert.equal(machine.unanswered, turns.length);
      assert.equal(machine.isPaused, paused);
      assert.ok(paused ? turns.length > 16 : turns.length < 32, `seed ${seed}, step ${step}: ${turns.length}`);
    }
    for (const { arrival } of open.splice(0)) machine.answerError(arrival, { code: 'InternalError', description: '' });
    assert.equal(machine.unanswered, 0, `seed ${seed}: nothing waits for ever`);
  }
});

test('a message sent three times while the first is worked on is answered three times', () => {
  const machine = csmsMachine('1.6');
  const text = encodeCall('m', 'Authorize', { idTag: 'T' });
  const [call] = machine.receive(text, 0).flatMap((e) => (e.type === 'deliver' ? [e.call] : []));
  for (let i = 0; i < 2; i++) assert.deepEqual(machine.receive(text, 1).flatMap(word), ['repeated']);
  const replies = machine.answer(call?.arrival ?? -1, { idTagInfo: { status: 'Accepted' } }, 2).flatMap(word);
  assert.deepEqual(new Set(replies), new Set(['reply m {"idTagInfo":{"status":"Accepted"}}']));
  assert.equal(replies.length, 3);
  assert.equal(machine.unanswered, 0);
});
