import { type ExecFileException, execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { createFolder, type File, listFiles, listTrash } from "../../../packages/contract/src/index.ts";
import { runningPostgresUrl } from "../../../packages/postgres/src/index.ts";
import { type Person, testPassword } from "../../support/person.ts";
import { cli, type Product, startProduct } from "../../support/product.ts";
import { passwordOf, sha256 } from "./support.ts";

/** What loss drills have in common: the installation, the command line, all rows, and all that a person sees. */

const compiled = join(import.meta.dirname, "../../../.cache/node");

/** Runs the operator's command line on a data folder. */
export function holdfast(dataDir: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return holdfastWith({ HOLDFAST_DATA: dataDir }, ...args);
}

/** Runs it with these settings and nothing else of this machine's environment. */
export function holdfastWith(
  settings: Readonly<Record<string, string>>,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH ?? "", NODE_COMPILE_CACHE: compiled, ...settings };
    const options = { env, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [cli, ...args], options, (error: ExecFileException | null, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

/** What every product of a drill is started with: people sign up by themselves, and any number of them may sign in. */
export const drillSettings = {
  SIGNUP: "open",
  HOLDFAST_AUTH_RATE_LIMIT: "0",
  HOLDFAST_ADMIN_EMAIL: "admin@example.org",
  HOLDFAST_ADMIN_PASSWORD: testPassword,
};

/** An installation that is going to be lost, and a folder beside its data that is not. */
export interface Drill {
  readonly folder: string;
  readonly dataDir: string;
  /** As it runs now. */
  product: Product;
  /** The disk is lost. What is left are the targets in `folder`, and the password from the recovery kit: the file's path is returned. */
  lose(): Promise<string>;
  /** Starts it on what lies in `dataDir` now. */
  start(): Promise<void>;
  end(): Promise<void>;
}

export async function startDrill(): Promise<Drill> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-drill-"));
  const dataDir = join(folder, "data");
  const drill: Drill = {
    ...{ folder, dataDir },
    product: await startProduct({ dataDir, env: drillSettings }),
    async lose() {
      const passwordFile = join(folder, "password.txt");
      await writeFile(passwordFile, `${passwordOf(dataDir)}\n`);
      await drill.product.stop();
      await rm(dataDir, { recursive: true });
      return passwordFile;
    },
    async start() {
      drill.product = await drill.product.restart();
    },
    async end() {
      await drill.product.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return drill;
}

/**
 * What differs by its nature, and why. It names again what backups leave out, on purpose: from the product's own list, a table that is left
 * out by mistake would not be missed here.
 */
const leftOut = new Set([
  // In no backup: what lives for minutes, and what is made again.
  "holdfast.uploads",
  "holdfast.upload_segments",
  "holdfast.throttle",
  "holdfast.idempotency_keys",
  "holdfast.segment_chunks",
  "holdfast.folder_trees",
  "holdfast.storage_reports",
  "holdfast.storage_orphans",
  "holdfast.alerts",
  "holdfast.alert_silences",
  "holdfast.alert_deliveries",
  "holdfast.node_reports",
  "holdfast.nodes",
  "holdfast.log_lines",
  "holdfast.transfers",
  "holdfast.copies",
  "holdfast.copy_folders",
  "holdfast.rewinds",
  "holdfast.rewind_items",
  "holdfast.traffic_minutes",
  "holdfast.traffic_hours",
  "holdfast.traffic_days",
  "holdfast.gauge_minutes",
  "holdfast.gauge_hours",
  "holdfast.gauge_days",
  "holdfast.statistics_due",
  // What was read, of which there may be a hundred million rows.
  "holdfast.access_log",
  "holdfast.log_names",
  "auth.schema_migrations",
  // Compared as part of their space's row.
  "holdfast.usage_entries",
  // The backup itself, which was under way at its own instant and is completed since.
  "holdfast.backups",
  // When a restore happened is noted, and that jobs of before are asked for again.
  "holdfast.settings",
]);

const lines: Readonly<Record<string, string>> = {
  // A job folds entries of usage into each space's sum, at any time: what counts is both together.
  "holdfast.spaces":
    "to_jsonb(t) || jsonb_build_object('used_bytes', holdfast.used_bytes(t.id), 'used_entries', holdfast.used_entries(t.id), 'used_folders', holdfast.used_folders(t.id))",
  // The scrub reads them at any time.
  "holdfast.segments": "to_jsonb(t) - 'verified_at'",
  // The repository in the data folder was lost with it.
  "holdfast.backup_targets": "to_jsonb(t) - 'repository_id'",
};

/** Rows of every table of a running installation, by table, each as one text in one order. */
export async function rowsOf(dataDir: string): Promise<Map<string, string>> {
  const client = new pg.Client({ connectionString: (await runningPostgresUrl(join(dataDir, "postgres"))) as string });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname in ('holdfast', 'auth') and c.relkind in ('r', 'p') and not c.relispartition order by 1`,
    );
    const found = new Map<string, string>();
    for (const { name } of tables) {
      if (leftOut.has(name)) continue;
      const line = lines[name] ?? "to_json(t)";
      const { rows } = await client.query<{ line: string }>(`select (${line})::text as line from ${name} t order by 1`);
      found.set(name, rows.map(({ line }) => line).join("\n"));
    }
    return found;
  } finally {
    await client.end();
  }
}

/**
 * A team whose manager `manager` is, and a group of `member` that sees it, with a folder that stops inheritance.
 * @returns the team's id, and that of the folder
 */
export async function makeTeamOf(
  dataDir: string,
  manager: Person,
  member: Person,
): Promise<{ team: string; stopped: string }> {
  const client = new pg.Client({ connectionString: (await runningPostgresUrl(join(dataDir, "postgres"))) as string });
  await client.connect();
  try {
    const { rows } = await client.query<{ team: string; group: string }>(
      "select holdfast.uuid7() as team, holdfast.uuid7() as group",
    );
    const { team, group } = rows[0]!;
    await client.query("insert into holdfast.spaces (id, kind, name) values ($1, 'team', 'Team of the drill')", [team]);
    await client.query(
      "insert into holdfast.files (id, space_id, name, kind) values ($1, $1, '', 'folder') on conflict do nothing",
      [team],
    );
    await client.query("insert into holdfast.groups (id, name) values ($1, 'Readers')", [group]);
    await client.query("insert into holdfast.group_members (group_id, user_id) values ($1, $2)", [group, member.id]);
    await client.query(
      `insert into holdfast.grants (id, file_id, space_id, user_id, group_id, role)
       values (holdfast.uuid7(), $1, $1, $2, null, 'manager'), (holdfast.uuid7(), $1, $1, null, $3, 'viewer')`,
      [team, manager.id, group],
    );
    const { id: stopped } = await manager.call(createFolder, { body: { name: "closed", parentId: team } });
    await client.query("update holdfast.files set inherits = false where id = $1", [stopped]);
    return { team, stopped };
  } finally {
    await client.end();
  }
}

/** Every file and folder of a person's, with the path that people see. */
export async function walk(person: Person): Promise<Map<string, File>> {
  const found = new Map<string, File>();
  const waiting: { prefix: string; parentId?: string }[] = [{ prefix: "" }];
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { prefix, parentId } = at;
    let cursor: string | null = null;
    do {
      const query = { limit: 1000, ...(parentId ? { parentId } : {}), ...(cursor ? { cursor } : {}) };
      const page: { items: File[]; nextCursor: string | null } = await person.call(listFiles, { query });
      for (const file of page.items) {
        found.set(prefix + file.name, file);
        if (file.kind === "folder") waiting.push({ prefix: `${prefix}${file.name}/`, parentId: file.id });
      }
      cursor = page.nextCursor;
    } while (cursor !== null);
  }
  return found;
}

/** Paths of all files of a person's with the SHA-256 of the bytes as they are read now; `trash:<name>` for what lies in the trash. */
export async function readEverything(person: Person): Promise<Map<string, string>> {
  const files = [...(await walk(person))].filter(([, { kind }]) => kind === "file");
  const hashes = new Map<string, string>();
  await inParallel(16, files, async ([path, { id }]) => {
    hashes.set(path, sha256(await person.read(id)));
  });
  const { items } = await person.call(listTrash, { query: { limit: 1000 } });
  for (const { name } of items) hashes.set(`trash:${name}`, "");
  return hashes;
}

export async function inParallel<T>(workers: number, items: readonly T[], work: (item: T) => Promise<void>) {
  let next = 0;
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let i = next++; i < items.length; i = next++) await work(items[i] as T);
    }),
  );
}
