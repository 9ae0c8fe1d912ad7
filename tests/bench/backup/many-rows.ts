import type pg from "pg";

export interface Many {
  /** Files of each folder, and folders of each folder above; two levels of folders. */
  readonly filesPerFolder: number;
  readonly folders: number;
}

/**
 * Gives a person very many small files, as uploads and a backup would leave them in the catalogue: each with a content and a segment of its own, whose
 * chunks are remembered. Their bytes are those of the person's files that are backed up already, so that no million of objects need be
 * written for what is about rows.
 */
export async function fillWithFiles(
  client: pg.Client,
  userId: string,
  { filesPerFolder, folders }: Many,
): Promise<void> {
  const perTop = Math.ceil(Math.sqrt(folders));
  const id = (kind: string, expression: string) => `md5('${kind} ' || (${expression}))::uuid`;
  await client.query("begin");
  await client.query(
    `create temporary table pool on commit drop as
     select row_number() over () - 1 as n, s.size, c.target_id, c.chunks from holdfast.segments s join holdfast.segment_chunks c using (sha256)`,
  );
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from pool");
  const pool = rows[0]?.count ?? 0;
  if (pool === 0) throw new Error("Nothing has been backed up yet.");
  const all = `generate_series(0, ${folders * filesPerFolder - 1}) g (n) join pool p on p.n = g.n % ${pool}`;
  const sha256 = "sha256(convert_to(g.n::text, 'UTF8'))";
  const insert = (into: string, select: string, values: unknown[] = []) =>
    client.query(`insert into holdfast.${into} select ${select}`, values);
  const folder = "files (id, space_id, parent_id, name, kind)";
  await insert(
    folder,
    `${id("top", "n")}, $1, $1, 'top ' || n, 'folder' from generate_series(0, ${Math.floor((folders - 1) / perTop)}) n`,
    [userId],
  );
  await insert(
    folder,
    `${id("folder", "n")}, $1, ${id("top", `n / ${perTop}`)}, 'folder ' || n, 'folder' from generate_series(0, ${folders - 1}) n`,
    [userId],
  );
  await insert("segments (sha256, size, verified_at)", `${sha256}, p.size, now() from ${all}`);
  await insert("segment_chunks (target_id, sha256, chunks)", `p.target_id, ${sha256}, p.chunks from ${all}`);
  await insert("contents (id, size)", `${id("content", "g.n")}, p.size from ${all}`);
  await insert(
    "content_segments (content_id, start_at, size, sha256)",
    `${id("content", "g.n")}, 0, p.size, ${sha256} from ${all}`,
  );
  await insert(
    "files (id, space_id, parent_id, name, kind, file_type, file_size, content_id, version_id)",
    `${id("file", "g.n")}, $1, ${id("folder", `g.n / ${filesPerFolder}`)}, 'file ' || g.n || '.txt', 'file', 'text/plain', p.size,
       ${id("content", "g.n")}, ${id("version", "g.n")} from ${all}`,
    [userId],
  );
  await client.query("commit");
  for (const table of ["files", "contents", "content_segments", "segments", "segment_chunks"]) {
    await client.query(`vacuum (analyze) holdfast.${table}`);
  }
}

/** Gives one folder's files a later time of change. */
export async function touchOneFolder(client: pg.Client): Promise<void> {
  await client.query("update holdfast.files set last_modified = now() where parent_id = md5('folder 0')::uuid");
}
