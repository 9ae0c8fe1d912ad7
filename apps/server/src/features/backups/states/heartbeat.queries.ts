import { statementFamily } from "../../../platform/database/statement.ts";

export interface WorkCounts {
  files_total?: number;
  bytes_total?: number;
  files_done?: number;
  bytes_done?: number;
  bytes_added?: number;
  files_same?: number;
  files_kept?: number;
}

export type Counted = keyof WorkCounts;

interface Beat {
  table: "backups" | "restores";
  counts: readonly Counted[];
}

const ofBackups: Counted[] = ["files_total", "bytes_total", "files_done", "bytes_done", "bytes_added"];
const ofRestores: Counted[] = ["files_total", "bytes_total", "files_same", "files_kept", "files_done", "bytes_done"];
const beats: Beat[] = [
  ...ofBackups.map((_, n) => ({ table: "backups" as const, counts: ofBackups.slice(0, n + 1) })),
  ...ofRestores.map((_, n) => ({ table: "restores" as const, counts: ofRestores.slice(0, n + 1) })),
];

/** running: its worker lives, and is so far. `$1` is the id, the counts follow in their order. No row where it has ended. */
export const beat = statementFamily<Beat, unknown[], { cancel_requested: boolean }>(beats, ({ table, counts }) => ({
  text: `update holdfast.${table} set beat_at = now()${counts.map((name, i) => `, ${name} = $${i + 2}`).join("")}
     where id = $1 and status = 'running' returning cancel_requested`,
}));
