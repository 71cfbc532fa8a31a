import { QipanError } from '@qipan/base';
import { Type } from 'typebox';
import { sessionCookie, type Accounts } from '../auth/accounts.js';
import type { Audit } from '../audit.js';
import { noteOf } from './note.js';
import { route, type Route } from './route.js';

const role = Type.Union([Type.Literal('viewer'), Type.Literal('operator'), Type.Literal('admin')]);
const name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[\\p{L}\\p{N}._@-]+$' });
const password = Type.String({ minLength: 1, maxLength: 256 });

/** Login, logout and the users of a server that requires a login. */
export function accountRoutes(accounts: Accounts, audit: Audit): readonly Route[] {
  const note = noteOf(audit);
  return [
    route({
      method: 'POST',
      path: '/login',
      role: 'anyone',
      tag: 'accounts',
      summary: 'Sets the session cookie.',
      body: Type.Object({ user: Type.String({ maxLength: 64 }), password }, { additionalProperties: false }),
      bodyLimit: 4096,
      handle: async ({ body, request, reply }) => {
        const { token, caller } = await accounts.logIn(body.user, body.password, request.ip);
        void reply.setCookie(sessionCookie, token, {
          path: '/',
          httpOnly: true,
          sameSite: 'strict',
          secure: request.protocol === 'https',
          maxAge: 12 * 3600,
        });
        await note({ caller, request }, 'login', caller.user);
        return { user: caller.user, role: caller.role };
      },
    }),
    route({
      method: 'POST',
      path: '/logout',
      role: 'anyone',
      tag: 'accounts',
      summary: 'Ends the session.',
      handle: async ({ request, reply }) => {
        const token = request.cookies[sessionCookie];
        if (token !== undefined) await accounts.logOut(token);
        void reply.clearCookie(sessionCookie, { path: '/' });
        return { ok: true };
      },
    }),
    route({
      method: 'GET',
      path: '/users',
      role: 'admin',
      tag: 'accounts',
      summary: 'Users and their roles.',
      handle: () => accounts.users(),
    }),
    route({
      method: 'PUT',
      path: '/users/:user',
      role: 'admin',
      tag: 'accounts',
      summary: 'Makes a user or changes password and role; ends the sessions of that user.',
      params: Type.Object({ user: name }),
      body: Type.Object({ password, role }, { additionalProperties: false }),
      handle: async (call) => {
        const { params, body, caller } = call;
        if (params.user === caller?.user && body.role !== 'admin')
          throw new QipanError('CONFLICT', 'nobody takes the role of admin from themselves');
        await accounts.setUser(params.user, body.password, body.role);
        await note(call, 'setUser', params.user, { after: { role: body.role } });
        return { user: params.user, role: body.role };
      },
    }),
    route({
      method: 'DELETE',
      path: '/users/:user',
      role: 'admin',
      tag: 'accounts',
      summary: 'Removes a user.',
      params: Type.Object({ user: name }),
      handle: async (call) => {
        const { params, caller } = call;
        if (params.user === caller?.user) throw new QipanError('CONFLICT', 'nobody removes themselves');
        await accounts.removeUser(params.user);
        await note(call, 'removeUser', params.user);
        return { ok: true };
      },
    }),
  ];
}
