import { createHash, randomUUID } from "node:crypto";
import { createMigratedDatabase } from "../../../../../../../tests/support/database.ts";
import { createDatabase, type Database } from "../../../../platform/database/database.ts";
import { createPool } from "../../../../platform/database/pool.ts";

/** A database of its own with one person, and rows like those that uploads leave. */
export interface PersonRows {
  readonly db: Database;
  readonly person: string;
  /** The default target's. */
  readonly targetId: string;
  addFolder(id: string, parent: string | null, name: string, trashedAt?: Date): Promise<void>;
  /** A content of one segment. Returns its id. */
  addContent(bytes: string, size: number): Promise<string>;
  addFile(id: string, parent: string, name: string, file: NewFile): Promise<void>;
  end(): Promise<void>;
}

/** `bytes` name the segment, `size` is what it says of itself. */
type NewFile = { bytes: string; size: number; trashedAt?: Date | undefined };

export function sha256Of(bytes: string): Buffer {
  return createHash("sha256").update(bytes).digest();
}

export async function startPersonRows(): Promise<PersonRows> {
  const database = await createMigratedDatabase();
  const db = createDatabase(createPool(database.url, { max: 3, name: "test", onError: () => {} }));
  const person = randomUUID();
  const { rows } = await db.query<{ id: string }>("select id from holdfast.backup_targets");
  await db.query("insert into holdfast.users (id, email) values ($1, 'a@example.org')", [person]);

  const addFolder: PersonRows["addFolder"] = async (id, parent, name, trashedAt) => {
    await db.query(
      `insert into holdfast.files (id, space_id, parent_id, name, kind, trashed_at) values ($1, $2, $3, $4, 'folder', $5)
       on conflict (id) do nothing`,
      [id, person, parent, name, trashedAt ?? null],
    );
  };
  const addContent: PersonRows["addContent"] = async (bytes, size) => {
    const [content, sha256] = [randomUUID(), sha256Of(bytes)];
    await db.query("insert into holdfast.segments (sha256, size) values ($1, $2) on conflict do nothing", [
      sha256,
      size,
    ]);
    await db.query("insert into holdfast.contents (id, size) values ($1, $2)", [content, size]);
    await db.query(
      "insert into holdfast.content_segments (content_id, start_at, size, sha256) values ($1, 0, $2, $3)",
      [content, size, sha256],
    );
    return content;
  };
  await addFolder(person, null, "");
  return {
    db,
    person,
    targetId: rows[0]?.id as string,
    addFolder,
    addContent,
    async addFile(id, parent, name, { bytes, size, trashedAt }) {
      await db.query(
        `insert into holdfast.files (id, space_id, parent_id, name, kind, file_size, content_id, version_id, trashed_at)
         values ($1, $2, $3, $4, 'file', $5, $6, $1, $7)`,
        [id, person, parent, name, size, await addContent(bytes, size), trashedAt ?? null],
      );
    },
    async end() {
      await db.end();
      await database.drop();
    },
  };
}
