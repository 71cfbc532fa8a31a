import { pino, type Logger } from 'pino';

/** Structured logs on standard error. Keys, passwords, cookies and authorization headers never reach them. */
export function createLogger(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: [
          'req.headers.authorization',
          'req.headers.cookie',
          'headers.authorization',
          'headers.cookie',
          '*.password',
          '*.stored',
          'password',
        ],
        censor: '[hidden]',
      },
      serializers: { req: (r: { method: string; url: string }) => ({ method: r.method, url: r.url.split('?', 1)[0] }) },
    },
    pino.destination(2),
  );
}
