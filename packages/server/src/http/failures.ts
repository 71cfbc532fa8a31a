import { QipanError, errorBody, errorTable, isQipanError } from '@qipan/base';

interface FastifyFault {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message: string;
}

/** The error of our table that stands for what Fastify found wrong with a request; null for a bug. */
function ofFastify(e: FastifyFault): QipanError | null {
  if (e.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new QipanError('TOO_LARGE', e.message);
  if (e.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new QipanError('UNSUPPORTED_FORMAT', e.message);
  if (e.statusCode !== undefined && e.statusCode >= 400 && e.statusCode < 500)
    return new QipanError('BAD_INPUT', e.message);
  return null;
}

/**
 * A database that is away is told in the words of the table alone: the driver's sentence names sockets, hosts and users, and
 * anybody may ask.
 */
function told(e: QipanError): QipanError {
  return e.code === 'DATABASE_DOWN' || e.code === 'DISK_FULL' ? new QipanError(e.code, errorTable[e.code].en) : e;
}

/** Status and body for anything thrown while a request was answered. Of a bug the client learns nothing but that it was one. */
export function failure(error: unknown): { status: number; body: unknown; bug: boolean } {
  const known = isQipanError(error) ? error : ofFastify(error as FastifyFault);
  if (known) return { status: known.httpStatus, body: errorBody(told(known)), bug: false };
  return {
    status: 500,
    bug: true,
    body: {
      code: 'INTERNAL',
      message: 'internal error',
      sentence: { en: 'This is a fault of the program; it was logged.', zh: '程序内部错误，已记入日志。' },
      details: {},
    },
  };
}
