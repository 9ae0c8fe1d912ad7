/**
 * Server settings for a small machine that does more than this. Durability is never traded: an answer to a client means
 * that the data is on disk. Processes are kept few, because each costs about 2 MB while idle.
 */
const defaultSettings: Readonly<Record<string, string>> = {
  max_connections: "60",
  shared_buffers: "128MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  effective_cache_size: "512MB",
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  wal_compression: "on",
  max_wal_size: "512MB",
  min_wal_size: "64MB",
  max_wal_senders: "0",
  max_replication_slots: "0",
  io_method: "sync",
  max_worker_processes: "4",
  max_parallel_workers: "2",
  max_parallel_workers_per_gather: "1",
  max_logical_replication_workers: "0",
  autovacuum_max_workers: "2",
  // Plans that were made while a table was small are made anew when it was analyzed.
  autovacuum_naptime: "20s",
  random_page_cost: "1.1",
  jit: "off",
  // How often each statement runs and how long it takes, without its values: less than a megabyte, and a microsecond a statement.
  shared_preload_libraries: "pg_stat_statements",
  "pg_stat_statements.max": "1000",
  "pg_stat_statements.track_utility": "off",
  huge_pages: "off",
  password_encryption: "scram-sha-256",
  log_checkpoints: "off",
  // What a refused statement was about (its text, the values of a row) is nobody's business who reads the log.
  log_error_verbosity: "terse",
  log_min_error_statement: "panic",
  log_parameter_max_length: "0",
  log_line_prefix: "",
  log_timezone: "UTC",
  TimeZone: "UTC",
};

/** Of a server of this major version: an older one does not know them all. */
export function settingsFor(major: number): Readonly<Record<string, string>> {
  const { io_method, ...known } = defaultSettings;
  return major < 18 || io_method === undefined ? known : { ...known, io_method };
}
