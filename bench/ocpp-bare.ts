import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeResult, loadValidators } from '@qipan/ocpp';
import { WebSocketServer } from 'ws';

export type Answer = (data: Buffer) => string | Buffer;

/** Every frame back as it came: what sockets alone cost on this machine, by which the other rows can be scaled. */
export const echo: Answer = (data) => data;

/** `JSON.parse`, the generated validator and an answer: what no server on this stack can beat. */
export async function rawAnswer(): Promise<Answer> {
  const validators = await loadValidators('1.6');
  return (data) => {
    const frame = JSON.parse(data.toString()) as [number, string, string, Record<string, unknown>];
    const isValid = validators.request(frame[2])?.(frame[3]) === true;
    return encodeResult(frame[1], isValid ? {} : { invalid: true });
  };
}

/** `ws` and a function, nothing else. */
export async function bareServer(answer: Answer): Promise<{ readonly url: string; readonly server: Server }> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const server = createServer();
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) =>
      ws.on('message', (data: Buffer) => ws.send(answer(data), { binary: false })),
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ocpp`, server };
}
