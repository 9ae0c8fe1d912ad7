export { platformPackage, prepareBinaries } from "./binaries.ts";
export { bundledMajor, readClusterMajor } from "./cluster.ts";
export { PostgresError } from "./errors.ts";
export { runningPostgresUrl } from "./running.ts";
export { type Postgres, type StartOptions, startPostgres } from "./start.ts";
export { readSystemIdentifier } from "./system-identifier.ts";
