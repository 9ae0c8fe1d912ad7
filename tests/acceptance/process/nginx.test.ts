import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { freePort, type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** The block of the docs, as it stands there, in Debian's nginx: on a port that is not the usual one, and with as little set as possible. */
const docs = readFileSync(join(import.meta.dirname, "../../../docs/operate/run.md"), "utf8");
const block = /```nginx\n(.+?)```/s.exec(docs)?.[1] as string;

const password = "correct horse battery";
let folder: string;
let product: Product;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-nginx-"));
  mkdirSync(join(folder, "temp"));
  product = await startProduct({
    env: { HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: password, TRUST_PROXY: "127.0.0.1" },
  });
}, 120_000);
afterAll(async () => {
  await product.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs nginx with this server block while `work` goes on; gives it nginx's address. */
async function behindNginx(server: string, work: (url: string) => Promise<void>): Promise<void> {
  const port = await freePort();
  // TLS is nginx's own business here, and the port that of the test.
  const adapted = server
    .replace(/listen [^;]+;/, `listen 127.0.0.1:${port};`)
    .replace("http://127.0.0.1:3000", product.url);
  const config = `daemon off; pid ${folder}/pid; error_log ${folder}/error.log; events { }
http { access_log off; client_body_temp_path ${folder}/temp; proxy_temp_path ${folder}/temp; ${adapted} }`;
  writeFileSync(join(folder, "conf"), process.getuid?.() === 0 ? `user root; ${config}` : config);
  const nginx: ChildProcess = spawn("nginx", ["-c", join(folder, "conf")], {
    stdio: "ignore",
    env: { PATH: `${process.env.PATH}:/usr/sbin` },
  });
  const exit = once(nginx, "exit");
  try {
    const url = `http://127.0.0.1:${port}`;
    await eventually(() =>
      fetch(`${url}/healthz`)
        .then(({ ok }) => ok)
        .catch(() => false),
    );
    await work(url);
  } finally {
    nginx.kill("SIGTERM");
    await exit;
  }
}

test("people sign in and work through the block of the docs, with nothing but TRUST_PROXY set", async () => {
  await behindNginx(block, async (url) => {
    const browser = openBrowser(url);
    expect(
      await verdict(await browser.request("POST", "/api/v1/auth/login", { email: "admin@example.org", password })),
    ).toBe("200");
    expect(await verdict(await browser.request("POST", "/api/v1/folders", { name: "through nginx" }))).toBe("201");
    const sessions = await browser.request("GET", "/api/v1/auth/sessions");
    expect(((await sessions.json()) as { items: { ip: string }[] }).items[0]?.ip).toBe("127.0.0.1");
    // More than nginx takes by itself, and more than it keeps in memory.
    const put = await fetch(`${url}/api/v1/files/content?name=large`, {
      method: "PUT",
      headers: { cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; "), origin: url },
      body: Buffer.alloc(3 * 2 ** 20, "a"),
    });
    expect(put.status).toBe(201);
  });
});

test("a proxy that drops the port is refused with the name of the setting", async () => {
  await behindNginx(block.replaceAll("$http_host", "$host"), async (url) => {
    const refused = await openBrowser(url).request("POST", "/api/v1/auth/login", {
      email: "admin@example.org",
      password,
    });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({
      code: "bad_origin",
      detail: `This request was sent by a page of ${url}, and this server knows itself as 127.0.0.1. If people use that address, set PUBLIC_URL to it, and let a proxy pass the header Host on as it is.`,
    });
  });
});
