import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type BackupSession,
  type FileContent,
  type FolderEntry,
  partsOfStream,
  TreeBuilder,
} from "@holdfast/repository";
import type { BackupsDeps } from "../../backups.deps.ts";
import {
  type CatalogueTable,
  catalogueTables,
  hiddenSegmentsQuery,
  rowsQuery,
  spaceRootsQuery,
} from "../catalogue-tables.ts";
import { Gathering } from "../gathering.ts";
import type { Manifest } from "../manifest.ts";
import { keysLeftOut, type SpaceRoot, spaceFolderNames } from "../names.ts";
import { segmentPart } from "../read-segment.ts";
import { readForest } from "./folders.ts";
import { folderSource } from "./tree-source.ts";
import { type SnapshotWriter, writeTrees } from "./write-trees.ts";

interface Totals {
  total(files: number, bytes: number): void;
}

/**
 * Stores everything as of one instant: `/files/<email>/…` and `/files/<team> (team)/…` as people see it, `/segments/<two digits>/<SHA-256>` with what former versions and
 * the trash need besides, `/catalog/<schema>.<table>.ndjson` with every row, and `/keys`. Returns the tree's id.
 */
export async function writeInstanceTree(deps: BackupsDeps, writer: SnapshotWriter, totals: Totals): Promise<string> {
  const { session, catalogue } = writer;
  const [sum] = await catalogue.query<{ files: number; bytes: number }>(
    `select count(*)::int as files, coalesce(sum(file_size), 0)::bigint as bytes from holdfast.files
     where kind = 'file' and trashed_at is null and purged_at is null`,
  );
  totals.total(sum?.files ?? 0, sum?.bytes ?? 0);
  const mtime = catalogue.at;
  const folder = (name: string, tree: string): FolderEntry => ({ name, mtime, tree });
  return session.writeFolder([
    folder("files", await writeSpaces(writer)),
    folder("segments", await writeHiddenSegments(writer)),
    folder("catalog", await writeCatalogue(deps, writer, sum?.files ?? 0)),
    folder("keys", await writeKeys(deps, writer)),
  ]);
}

async function writeSpaces(writer: SnapshotWriter): Promise<string> {
  const roots = await writer.catalogue.query<SpaceRoot & Record<string, unknown>>(spaceRootsQuery);
  const names = spaceFolderNames(roots);
  const builder = new TreeBuilder();
  for (const { id } of roots) {
    const { root } = await readForest(writer.catalogue, id);
    const [subtree] = await writeTrees(writer, [folderSource(writer.catalogue, writer.targetId, root)]);
    builder.add({ name: names.get(id) as string, type: "dir", mtime: root.lastModified, subtree: subtree as string });
  }
  return writer.session.saveTree(builder);
}

interface SegmentRow extends Record<string, unknown> {
  sha256: Buffer;
  size: number;
  chunks: Buffer | null;
}

async function writeHiddenSegments(writer: SnapshotWriter): Promise<string> {
  const { session, catalogue, chunks, room, store } = writer;
  const top = new TreeBuilder();
  const mtime = new Date(0);
  let prefix = "";
  let builder = new TreeBuilder();
  let files = new Gathering();
  const finish = async (): Promise<void> => {
    await files.done();
    if (builder.count > 0) {
      top.add({ name: prefix, type: "dir", mtime, subtree: await session.saveTree(builder) });
    }
    builder = new TreeBuilder();
    files = new Gathering();
  };
  for await (const { sha256, size, chunks: known } of catalogue.stream<SegmentRow>(hiddenSegmentsQuery, [
    writer.targetId,
  ])) {
    const name = sha256.toString("hex");
    if (!name.startsWith(prefix) || prefix === "") {
      await finish();
      prefix = name.slice(0, 2);
    }
    if (known) chunks.expect(name, known);
    await room.enter();
    const into = builder;
    const added = addBesides(writer, [segmentPart(store, sha256, size)]).then((file) => {
      chunks.forget(name);
      into.add({ name, type: "file", mtime, ...file });
    });
    files.add(added.finally(() => room.leave()));
  }
  await finish();
  return session.saveTree(top);
}

async function writeCatalogue(deps: BackupsDeps, writer: SnapshotWriter, files: number): Promise<string> {
  const { session, catalogue } = writer;
  const mtime = catalogue.at;
  const builder = new TreeBuilder();
  const tables: Manifest["tables"] = [];
  for (const table of await catalogueTables(catalogue)) {
    const counted = { rows: 0 };
    const file = await addBesides(writer, partsOfStream(linesOf(writer, table, counted)));
    const { schema, name } = table;
    builder.add({ name: `${schema}.${name}.ndjson`, type: "file", mtime, mode: 0o600, ...file });
    tables.push({ schema, name, rows: counted.rows });
  }
  const manifest = Buffer.from(
    JSON.stringify({ ...(await describe(deps, writer, tables)), files: { count: files } }, null, 2),
  );
  const file = await addBesides(writer, partsOfStream([manifest]));
  builder.add({ name: "manifest.json", type: "file", mtime, mode: 0o600, ...file });
  return session.saveTree(builder);
}

/** For what is no file of a person. */
async function addBesides(
  { session, besides }: SnapshotWriter,
  parts: Parameters<BackupSession["addFile"]>[0],
): Promise<FileContent> {
  const file = await session.addFile(parts);
  besides.files++;
  besides.bytes += file.size;
  return file;
}

const LINES_AT_ONCE = 64 * 1024;

async function* linesOf(
  { catalogue }: SnapshotWriter,
  table: CatalogueTable,
  counted: { rows: number },
): AsyncGenerator<Buffer> {
  let text = "";
  for await (const { line } of catalogue.stream<{ line: string }>(rowsQuery(table))) {
    counted.rows++;
    text += `${line}\n`;
    if (text.length < LINES_AT_ONCE) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

async function describe(
  deps: BackupsDeps,
  { catalogue }: SnapshotWriter,
  tables: Manifest["tables"],
): Promise<Manifest> {
  // The table is the Supabase CLI's, and others may write into it as well.
  const { auth, holdfast } = deps.schema();
  const ours = deps.signIn === "supabase" ? holdfast : [...auth, ...holdfast];
  const migrations = await catalogue.query<{ version: string }>(
    "select version from supabase_migrations.schema_migrations where version = any($1::text[]) order by version",
    [ours.map(({ version }) => version)],
  );
  const [segments] = await catalogue.query<{ count: number; bytes: number }>(
    `select count(*)::int as count, coalesce(sum(size), 0)::bigint as bytes from holdfast.segments s
     where exists (select from holdfast.content_segments c where c.sha256 = s.sha256)`,
  );
  return {
    format: 1,
    version: deps.version,
    at: catalogue.at.toISOString(),
    migrations: migrations.map(({ version }) => version),
    signIn: deps.signIn,
    tables,
    segments: segments ?? { count: 0, bytes: 0 },
  };
}

async function writeKeys(deps: BackupsDeps, writer: SnapshotWriter): Promise<string> {
  const folder = join(deps.dataDir, "keys");
  const builder = new TreeBuilder();
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    // Drafts carry a random ending for the moment before they get their names.
    if (!entry.isFile() || keysLeftOut.has(entry.name) || /\.[0-9a-f]{12}$/.test(entry.name)) continue;
    const file = await addBesides(writer, partsOfStream([await readFile(join(folder, entry.name))]));
    builder.add({ name: entry.name, type: "file", mtime: new Date(0), mode: 0o600, ...file });
  }
  return writer.session.saveTree(builder);
}
