import {
  errorBody,
  errorTable,
  isQipanError,
  QipanError,
  type Bilingual,
  type ErrorCode,
  type ErrorDetails,
} from '@qipan/base';

/** Problems shown of a file that has many. */
const mostIssues = 20;

/** What to do about it, where there is something plain to do. */
const advice: Partial<Record<ErrorCode, string>> = {
  PORT_IN_USE: 'choose another with --port · 用 --port 选择其他端口',
  FOLDER_NOT_WRITABLE: 'choose another with --data-folder · 用 --data-folder 选择其他目录',
  FOLDER_IN_USE: 'stop that process, or choose another --data-folder · 停止该进程或选择其他目录',
  DATABASE_DOWN: 'look at --database-url or DATABASE_URL · 检查数据库地址',
  BAD_USAGE: 'see --help · 查看 --help',
};

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text !== undefined && text.length > 200 ? `${text.slice(0, 200)}…` : String(text);
};

/** What people read about an error: what happened, the table's sentence in both languages, then where, got and expected. */
export function failureText(e: unknown): string {
  if (!isQipanError(e)) {
    const stack = e instanceof Error ? (e.stack ?? e.message) : String(e);
    return `qipan: a bug of Qipan, not of yours; please report it. 程序内部错误，请反馈。\n${stack}`;
  }
  const { en, zh } = errorTable[e.code];
  const { issues, reasons, ...facts } = e.details as ErrorDetails & { readonly reasons?: readonly Bilingual[] };
  const lines = [`qipan: ${e.message}`, `  ${en} ${zh} [${e.code}]`];
  for (const [name, value] of Object.entries(facts))
    if (value !== undefined && name !== 'code' && name !== 'message') lines.push(`  ${name}: ${shown(value)}`);
  // The message holds the English ones already.
  for (const reason of reasons ?? []) lines.push(`  - ${reason.zh}`);
  const more = (issues ?? []).slice(1);
  for (const issue of more.slice(0, mostIssues)) lines.push(`  - ${issue.message}`);
  if (more.length > mostIssues) lines.push(`  … and ${more.length - mostIssues} more`);
  const help = advice[e.code];
  if (help !== undefined) lines.push(`  → ${help}`);
  return lines.join('\n');
}

/** The same for programs: one line of JSON. */
export function failureJson(e: unknown): string {
  if (isQipanError(e)) return JSON.stringify({ error: errorBody(e) });
  return JSON.stringify({ error: { code: 'BUG', message: e instanceof Error ? e.message : String(e) } });
}

/** The process's exit code for an error: from the error table; 1 is a bug. */
export const exitCodeOf = (e: unknown): number => (isQipanError(e) ? e.exitCode : 1);

/** Faults of the surroundings that Node reports by its own codes. */
export function understood(e: unknown): unknown {
  if (isQipanError(e) || !(e instanceof Error)) return e;
  const { code, path } = e as NodeJS.ErrnoException;
  if (code === 'ENOENT')
    return new QipanError('NOT_FOUND', `there is no file ${path ?? ''}`, path === undefined ? {} : { file: path }, e);
  if (code === 'EISDIR') return new QipanError('BAD_INPUT', `${path ?? 'this'} is a folder, not a file`, {}, e);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new QipanError('FOLDER_NOT_WRITABLE', `${path ?? 'the folder'} may not be read or written`, {}, e);
  if (code === 'ENOSPC') return new QipanError('DISK_FULL', 'the disk is full', {}, e);
  return e;
}
