import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { runningPostgresUrl } from "../../../packages/postgres/src/index.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { startProduct } from "../../support/product.ts";

test("a statement of a request that takes too long is stopped, and told as that", { timeout: 120_000 }, async () => {
  const email = "ann@example.org";
  const env = {
    HOLDFAST_STATEMENT_TIMEOUT: "1",
    HOLDFAST_ADMIN_EMAIL: email,
    HOLDFAST_ADMIN_PASSWORD: testPassword,
  };
  const product = await startProduct({ env });
  const client = new pg.Client((await runningPostgresUrl(join(product.dataDir, "postgres"))) as string);
  try {
    await client.connect();
    const ann = await signIn(product.url, email);
    const makeFolder = () =>
      ann.fetch("/api/v1/folders", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "folder" }),
      });
    await client.query("select pg_advisory_lock(hashtextextended('tree:' || $1, 0))", [ann.id]);
    const answer = await makeFolder();
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("10");
    expect(await answer.json()).toMatchObject({
      code: "timed_out",
      detail: expect.stringContaining("nothing was changed"),
    });
    await client.query("select pg_advisory_unlock_all()");
    expect((await makeFolder()).status).toBe(201);
  } finally {
    await client.end();
    await product.stop();
  }
});
