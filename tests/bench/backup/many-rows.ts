import type pg from "pg";

export interface Many {
  /** Files of each folder, and folders of each folder above; two levels of folders. */
  readonly filesPerFolder: number;
  readonly folders: number;
}

/**
 * Gives a person very many small files, as uploads would leave them in the catalogue. Every file has a content of its own; their bytes are those of the
 * segments that are there already, so that no million of objects need be written for what is about rows.
 */
export async function fillWithFiles(
  client: pg.Client,
  userId: string,
  { filesPerFolder, folders }: Many,
): Promise<void> {
  const perTop = Math.ceil(Math.sqrt(folders));
  await client.query("begin");
  await client.query(
    "create temporary table pool on commit drop as select row_number() over () - 1 as n, sha256, size from holdfast.segments",
  );
  const { rows } = await client.query<{ count: number }>("select count(*)::int as count from pool");
  const pool = rows[0]?.count ?? 0;
  const id = (kind: string, expression: string) => `md5('${kind} ' || (${expression}))::uuid`;
  await client.query(
    `insert into holdfast.files (id, user_id, parent_id, name, kind)
     select ${id("top", "n")}, $1, $1, 'top ' || n, 'folder' from generate_series(0, ($2::int - 1) / $3::int) n`,
    [userId, folders, perTop],
  );
  await client.query(
    `insert into holdfast.files (id, user_id, parent_id, name, kind)
     select ${id("folder", "n")}, $1, ${id("top", "n / $3::int")}, 'folder ' || n, 'folder' from generate_series(0, $2::int - 1) n`,
    [userId, folders, perTop],
  );
  const all = `generate_series(0, ${folders * filesPerFolder - 1}) g (n) join pool p on p.n = g.n % ${pool}`;
  await client.query(`insert into holdfast.contents (id, size) select ${id("content", "g.n")}, p.size from ${all}`);
  await client.query(
    `insert into holdfast.content_segments (content_id, start_at, size, sha256) select ${id("content", "g.n")}, 0, p.size, p.sha256 from ${all}`,
  );
  await client.query(
    `insert into holdfast.files (id, user_id, parent_id, name, kind, file_type, file_size, content_id, version_id)
     select ${id("file", "g.n")}, $1, ${id("folder", `g.n / ${filesPerFolder}`)}, 'file ' || g.n || '.txt', 'file', 'text/plain', p.size,
       ${id("content", "g.n")}, ${id("version", "g.n")} from ${all}`,
    [userId],
  );
  await client.query("commit");
  await client.query("vacuum (analyze) holdfast.files, holdfast.contents, holdfast.content_segments");
}

/** Gives one folder's files a later time of change. */
export async function touchOneFolder(client: pg.Client): Promise<void> {
  await client.query("update holdfast.files set last_modified = now() where parent_id = md5('folder 0')::uuid");
}
