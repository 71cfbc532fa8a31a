import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { Role } from '../contract.js';

/** Who asks. On a loopback server everybody is `local`, an admin. */
export interface Caller {
  readonly user: string;
  readonly role: Role;
}

export interface Call<P = unknown, Q = unknown, B = unknown> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Null only on routes that anyone may call. */
  readonly caller: Caller | null;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** One row of the route table. `handle` gives the answer's body, or `undefined` after it has taken the reply over. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`. */
  readonly path: string;
  /** The least role; `anyone` needs no login. */
  readonly role: Role | 'anyone';
  readonly tag: string;
  readonly summary: string;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly answer?: TSchema;
  readonly status?: number;
  readonly bodyLimit?: number;
  readonly handle: (call: Call) => unknown;
}

/** A row whose handler sees the types of its own schemas. */
export function route<P extends TSchema, Q extends TSchema, B extends TSchema>(
  row: Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
    readonly params?: P;
    readonly query?: Q;
    readonly body?: B;
    readonly handle: (call: Call<Static<P>, Static<Q>, Static<B>>) => unknown;
  },
): Route {
  return row as unknown as Route;
}

const rank: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** True when `role` may do what asks for `least`. */
export function allows(role: Role, least: Role): boolean {
  return rank[role] >= rank[least];
}
