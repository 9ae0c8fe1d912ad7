import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import {
  copyFile,
  createFolder,
  createShare,
  getFile,
  listFiles,
  listTrash,
  listVersions,
  restoreFile,
  searchFiles,
  setup,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import { createDatabase, type TestDatabase } from "../../support/database.ts";
import { checkOut, formerCommit } from "../../support/former-release.ts";
import { chargesOf, grant, makeTeam } from "../../support/people/spaces.ts";
import { type Person, registerPerson, signIn } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";

/** What the last version without groups and grants has written is there, is its owner's alone, and can be shared and moved. */
const former = formerCommit("446bc4f6");
if (former.commit === null) console.log(`The upgrade to grants is not tested: ${former.reason}.`);

describe.skipIf(former.commit === null)("data of before grants", () => {
  let dataDir: string;
  let database: TestDatabase;
  let product: Product;
  const settings = () => ({
    ...{ HOLDFAST_ROLE: "all", HOLDFAST_WEB: "off", DATABASE_URL: database.url },
    ...{ SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0" },
  });
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "holdfast-before-grants-"));
    database = await createDatabase();
    product = await startProduct({ dataDir, checkout: checkOut(former.commit as string), env: settings() });
    const body = { token: product.setupToken as string, email: "admin@example.org", password: "correct horse battery" };
    await createClient({ baseUrl: product.url })(setup, { body: { ...body, transport: "bearer" } });
  }, 600_000);
  afterAll(async () => {
    await product?.stop();
    await database?.drop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  async function fill(person: Person) {
    const folder = await person.call(createFolder, { body: { name: "Before" } });
    const inside = await person.call(createFolder, { body: { name: "inside", parentId: folder.id } });
    await person.put("versions.txt", "first", { parentId: inside.id });
    const file = await person.put("versions.txt", "second", { parentId: inside.id, onConflict: "replace" });
    const gone = await person.put("gone.txt", "in the trash", { parentId: folder.id });
    await person.fetch(`/api/v1/files/${gone.id}`, { method: "DELETE" });
    const link = await person.call(createShare, { body: { fileId: folder.id, linkType: "permanent" } });
    return { folder, inside, file, gone, link };
  }

  test("is intact, and usable with all that came since", { timeout: 300_000 }, async () => {
    const ann = await registerPerson(product.url, "ann");
    const bob = await registerPerson(product.url, "bob");
    const { folder, inside, file, gone, link } = await fill(ann);
    await product.stop();

    product = await startProduct({ dataDir, env: settings() });
    const [owner, other] = [await signIn(product.url, ann.email), await signIn(product.url, bob.email)];
    const pool = new pg.Pool({ connectionString: database.url, max: 2 });
    try {
      expect((await owner.call(listFiles, { query: {} })).items).toMatchObject([{ id: folder.id, spaceId: ann.id }]);
      expect((await owner.read(file.id)).toString()).toBe("second");
      expect((await owner.call(listVersions, { params: { id: file.id } })).items).toHaveLength(2);
      expect((await owner.call(searchFiles, { query: { q: "versions" } })).items).toMatchObject([{ id: file.id }]);
      expect((await owner.call(listTrash, {})).items).toMatchObject([{ id: gone.id }]);
      await owner.call(restoreFile, { params: { id: gone.id }, body: {} });
      const shared = `${product.url}/api/v1/public/shares/${link.token}/files`;
      expect((await fetch(`${shared}/${file.id}/content`)).status).toBe(200);
      for (const id of [folder.id, file.id]) expect((await other.fetch(`/api/v1/files/${id}`)).status).toBe(404);

      await grant(pool, other, folder.id, "viewer");
      expect((await other.read(file.id)).toString()).toBe("second");
      await other.call(copyFile, { params: { id: folder.id }, body: { parentId: null } });
      await pool.query("update holdfast.files set inherits = false where id = $1", [inside.id]);
      expect((await other.fetch(`/api/v1/files/${file.id}`)).status).toBe(404);
      const team = await makeTeam(pool, owner);
      await owner.call(updateFile, { params: { id: folder.id }, body: { parentId: team } });
      expect(await owner.call(getFile, { params: { id: file.id } })).toMatchObject({ spaceId: team, userId: ann.id });
      for (const { charged, holds } of await chargesOf(pool, ann.id, bob.id, team)) expect(charged).toEqual(holds);
    } finally {
      await pool.end();
    }
  });
});
