/**
 * Settings of the embedded server. The whole program, PostgreSQL included, stays under 400 MB while idle, so memory is
 * small and processes few; durability is whole: fsync, full pages, data checksums, and a commit waits for the disk.
 */
const settings: Readonly<Record<string, string>> = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  min_wal_size: '64MB',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  shared_buffers: '48MB',
  max_connections: '40',
  work_mem: '8MB',
  maintenance_work_mem: '48MB',
  effective_cache_size: '512MB',
  random_page_cost: '1.2',
  // Two cores, and no segment in /dev/shm, which containers keep at 64 MB.
  max_parallel_workers_per_gather: '0',
  max_parallel_maintenance_workers: '0',
  max_worker_processes: '2',
  max_logical_replication_workers: '0',
  autovacuum_max_workers: '2',
  autovacuum_naptime: '30s',
  // Three idle reading processes of 18's default cost memory and bring nothing here.
  io_method: 'sync',
  jit: 'off',
  huge_pages: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  lc_messages: 'C',
  cluster_name: 'qipan',
  // After a crash every file is synced before recovery: one call in place of one for each of some 3,000 files.
  ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
};

/** Where the server listens. */
export interface Listening {
  /** Folder of the socket, or null for TCP alone. */
  readonly socketFolder: string | null;
  readonly port: number;
  /** Listen on 127.0.0.1 as well. */
  readonly tcp: boolean;
}

/** The arguments of `postgres`. */
export function serverArguments(cluster: string, listening: Listening): readonly string[] {
  const all = {
    ...settings,
    listen_addresses: listening.tcp ? '127.0.0.1' : '',
    unix_socket_directories: listening.socketFolder ?? '',
    unix_socket_permissions: '0700',
    port: String(listening.port),
  };
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** The arguments of `initdb`: UTF-8, code point order, no dependence on the system's or ICU's locales. */
export const initArguments = (cluster: string, user: string, passwordFile: string): readonly string[] => [
  '-D',
  cluster,
  `--username=${user}`,
  `--pwfile=${passwordFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--data-checksums',
  '--no-instructions',
  ...(process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
];
