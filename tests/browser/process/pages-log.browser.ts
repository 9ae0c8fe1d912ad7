import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createShare } from "../../../packages/contract/src/index.ts";
import { Secrets } from "../../acceptance/log/secrets.ts";
import { signIn, testPassword } from "../../support/person.ts";
import { collect, freePort, type Product, spawnProduct, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** What the pages' own process writes, in the log of the first one and alone: no address of a link, whatever becomes of the page. */
let product: Product;
beforeAll(async () => {
  const admin = { HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword };
  product = await startProduct({ web: true, service: true, env: { LOG_LEVEL: "trace", ...admin } });
}, 120_000);
afterAll(() => product.stop());

async function openPages(url: string, secrets: Secrets, token: string): Promise<void> {
  const other = secrets.add("a token that opens nothing", randomBytes(32).toString("hex").slice(0, 43));
  for (const path of [
    `/s/${token}`,
    `/s/${other}`,
    `/s/${token}/%zz`,
    `/s/${token}/nothing`,
    `/recover?token_hash=${other}`,
  ]) {
    for (const method of ["GET", "HEAD", "POST"]) {
      // Next's own way to ask for a page, and one that it cannot read.
      for (const headers of [
        {},
        { rsc: "1" },
        { rsc: "1", "next-router-state-tree": "broken" },
        { "next-action": "broken" },
      ]) {
        await fetch(url + path, { method, headers, ...(method === "POST" ? { body: "broken" } : {}) });
      }
    }
  }
}

test("in the log of an installation", async () => {
  const secrets = new Secrets();
  const admin = await signIn(product.url, "admin@example.org");
  const file = await admin.put("file.txt", "bytes");
  const { token } = await admin.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
  await openPages(product.url, secrets, secrets.add("a link's token", token));
  expect(product.output()).toContain('"msg":"request"');
  expect(secrets.findIn(product.output())).toEqual([]);
});

test("in a process of its own", async () => {
  const secrets = new Secrets();
  const port = await freePort();
  const child = spawnProduct(
    { HOLDFAST_ROLE: "web", HOST: "127.0.0.1", PORT: String(port), HOLDFAST_API_URL: product.url, LOG_LEVEL: "trace" },
    { args: [] },
  );
  const output = collect(child);
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually(
      () =>
        fetch(`${url}/sign-in`)
          .then(({ ok }) => ok)
          .catch(() => false),
      60_000,
    );
    await openPages(url, secrets, secrets.add("a token", randomBytes(32).toString("hex").slice(0, 43)));
  } finally {
    child.kill("SIGTERM");
  }
  expect(secrets.findIn(output())).toEqual([]);
});
