import { randomBytes } from "node:crypto";
import { constants, mkdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { inGroups } from "../../../apps/server/src/platform/in-groups.ts";
import { close, datasync, open, rename, sync, write } from "../../../packages/storage/src/drivers/file-calls.ts";

export interface DurableOrders {
  /** Of a database in which a table of its own is made. */
  databaseUrl: string;
  folder: string;
  files: number;
  bytes: number;
  /** Files at a time. Where it is more than one, folders are flushed and rows committed together. */
  atOnce: number;
}

export interface DurableSaid {
  perSecond: number;
}

/**
 * What a durable small file costs at least: bytes written to a new file, flushed, named, the name flushed, and one row committed. No
 * request, no hash, no rights.
 */
async function run(orders: DurableOrders): Promise<void> {
  const { databaseUrl, folder, files, bytes, atOnce } = orders;
  mkdirSync(folder, { recursive: true });
  const folderFd = await open(folder, constants.O_RDONLY);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query("create table if not exists public.bare_limit (name text primary key, size bigint)");
  const flushFolder = inGroups<null, null>(async (items) => {
    await sync(folderFd);
    return items;
  }, 1000);
  const commit = inGroups<string, null>(async (names) => {
    const text = "insert into public.bare_limit select name, $2 from unnest($1::text[]) name";
    await client.query({ name: "bare", text, values: [names, bytes] });
    return names.map(() => null);
  });
  const body = randomBytes(bytes);
  let next = 0;
  const work = async () => {
    while (next < files) {
      const name = `${process.pid}-${next++}`;
      const path = join(folder, name);
      const fd = await open(`${path}.new`, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
      await write(fd, body, 0);
      await datasync(fd);
      await close(fd);
      await rename(`${path}.new`, path);
      await flushFolder(null);
      await commit(name);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: atOnce }, work));
  const seconds = (performance.now() - began) / 1000;
  await client.query("drop table public.bare_limit");
  await client.end();
  await close(folderFd);
  console.log(JSON.stringify({ perSecond: files / seconds } satisfies DurableSaid));
}

await run(JSON.parse(process.argv[2] as string) as DurableOrders);
