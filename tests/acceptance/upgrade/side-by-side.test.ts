import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import { createFolder, createShare, listFiles, setup } from "../../../packages/contract/src/index.ts";
import { createDatabase, type TestDatabase } from "../../support/database.ts";
import { checkOut, formerCommit } from "../../support/former-release.ts";
import { type Person, personOf } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";

/**
 * A rolling upgrade: the server of the last release is under load on a database while this version starts beside it, migrates that database, and
 * serves as well. No request of either fails.
 */
const former = formerCommit("b85c65be");
if (former.commit === null) console.log(`Two versions side by side are not tested: ${former.reason}.`);

describe.skipIf(former.commit === null)("two versions side by side", () => {
  let dataDir: string;
  let database: TestDatabase;
  let old: Product;
  let next: Product | undefined;
  let admin: Person;

  beforeAll(async () => {
    const checkout = checkOut(former.commit as string);
    dataDir = await mkdtemp(join(tmpdir(), "holdfast-side-by-side-"));
    database = await createDatabase();
    old = await startProduct({ dataDir, checkout, env: settings() });
    const body = { token: old.setupToken as string, email: "admin@example.org", password: "correct horse battery" };
    admin = personOf(
      old.url,
      await createClient({ baseUrl: old.url })(setup, { body: { ...body, transport: "bearer" } }),
    );
  }, 600_000);
  afterAll(async () => {
    await next?.stop();
    await old?.stop();
    await database?.drop();
    if (dataDir) await rm(dataDir, { recursive: true, force: true });
  });

  const settings = () => ({
    HOLDFAST_ROLE: "api",
    DATABASE_URL: database.url,
    SIGNUP: "open",
    HOLDFAST_AUTH_RATE_LIMIT: "0",
  });

  test("no request fails before, while and after the schema changes", async () => {
    const failures: string[] = [];
    let requests = 0;
    let stop = false;
    const load = async (url: string, name: string) => {
      const call = createClient({ baseUrl: url, headers: () => admin.headers });
      for (let nth = 0; !stop; nth++) {
        try {
          const folder = await call(createFolder, { body: { name: `${name} ${nth}` } });
          const put = `${url}/api/v1/files/content?name=a.txt&parentId=${folder.id}`;
          const stored = await fetch(put, { method: "PUT", headers: admin.headers, body: `${name} ${nth}` });
          if (!stored.ok) throw new Error(`PUT: ${stored.status} ${await stored.text()}`);
          const file = (await stored.json()) as { id: string };
          const read = await fetch(`${url}/api/v1/files/${file.id}/content`, { headers: admin.headers });
          if ((await read.text()) !== `${name} ${nth}`) throw new Error(`GET: ${read.status}`);
          const share = await call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
          const shared = await fetch(`${url}/api/v1/public/shares/${share.token}/content`);
          if (!shared.ok) throw new Error(`link: ${shared.status}`);
          await call(listFiles, { query: { parentId: folder.id } });
          requests += 5;
        } catch (error) {
          failures.push(`${name}: ${(error as Error).message}`);
          await sleep(100);
        }
      }
    };
    const before = ["one", "two"].map((name) => load(old.url, name));
    await sleep(2_000);
    next = await startProduct({ dataDir, env: settings() });
    const after = load(next.url, "three");
    await sleep(5_000);
    stop = true;
    await Promise.all([...before, after]);
    console.log(`${requests} requests to both, ${failures.length} failures`);
    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(30);
    // What one has written, the other reads.
    const names = async (url: string) => {
      const { items } = await createClient({ baseUrl: url, headers: () => admin.headers })(listFiles, {
        query: { limit: 1000 },
      });
      return items.map(({ name }) => name);
    };
    expect(await names(old.url)).toEqual(await names(next.url));
  }, 300_000);
});
