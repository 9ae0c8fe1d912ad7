import { statement } from "../database/statement.ts";

export const beat = statement<
  [
    id: string,
    host: string,
    role: string,
    pid: number,
    version: string,
    revision: string | null,
    nodeVersion: string,
    startedAt: Date,
    cores: number,
    load: number,
    memoryUsed: number,
    memoryAvailable: number,
    memoryTotal: number,
  ]
>(
  `insert into holdfast.nodes (id, host, role, pid, version, revision, node_version, started_at, cores, load, memory_used, memory_available, memory_total)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
   on conflict (id) do update set seen_at = now(), load = excluded.load, memory_used = excluded.memory_used,
     memory_available = excluded.memory_available, memory_total = excluded.memory_total`,
);

export const leave = statement<[id: string]>("delete from holdfast.nodes where id = $1");

export const deleteSilent = statement("delete from holdfast.nodes where seen_at < now() - interval '1 day'");

export interface NodeRow {
  id: string;
  host: string;
  role: string;
  pid: number;
  version: string;
  revision: string | null;
  node_version: string;
  started_at: Date;
  seen_at: Date;
  alive: boolean;
  cores: number;
  load: number;
  memory_used: number;
  memory_available: number;
  memory_total: number;
}

export const listNodes = statement<[], NodeRow>(
  `select id, host, role, pid, version, revision, node_version, started_at, seen_at, seen_at > now() - interval '1 minute' as alive,
     cores, load, memory_used, memory_available, memory_total from holdfast.nodes order by alive desc, host, role, started_at limit 500`,
  { notNull: ["alive"] },
);
