import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { cp, mkdir, mkdtemp, open, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Upload } from "tus-js-client";
import { createClient } from "../../packages/contract/src/client.ts";
import { type File, listFiles, login, setup } from "../../packages/contract/src/index.ts";
import { launch } from "../browser/stage.ts";
import { type Product, startProduct } from "../support/product.ts";

const wantedFiles = Number(process.env.JOURNEY_FILES ?? 20_000);
const bigBytes = Number(process.env.JOURNEY_BIG ?? 2_200_000_000);
const kills = Number(process.env.JOURNEY_KILLS ?? 3);
const account = { email: "ada@example.org", password: "correct horse battery", transport: "bearer" as const };

/**
 * A real folder through a real browser, and a file over 2 GiB through the browser and by tus from a program, each while everything is
 * killed with -9 three times on the way; then every hash is compared.
 */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-journey-"));
  let product = await startProduct({ web: true, env: { HOLDFAST_AUTH_RATE_LIMIT: "0" } });
  try {
    const source = join(folder, "folder");
    const count = await makeFolder(source);
    const anonymous = createClient({ baseUrl: product.url });
    await anonymous(setup, { body: { ...account, token: product.setupToken ?? "" } });
    const restart = async () => {
      await product.kill9();
      product = await product.restart();
    };
    await byBrowser(product, source, count, restart);
    await compare(product.url, source, "folder");
    await byTus(product, join(source, "big.bin"), restart);
  } finally {
    await product.stop().catch(() => {});
    await rm(folder, { recursive: true, force: true });
  }
}

/** Copies installed packages until there are enough files, and adds one large one. */
async function makeFolder(target: string): Promise<number> {
  await mkdir(target);
  let count = 0;
  for (const name of await readdir("node_modules")) {
    if (count >= wantedFiles) break;
    if (name.startsWith(".") || name === "@holdfast" || name.startsWith("node-linux")) continue;
    await cp(join("node_modules", name), join(target, name), { recursive: true, dereference: true });
    count = (await filesBelow(target)).length;
  }
  const big = await open(join(target, "big.bin"), "w");
  const block = Buffer.alloc(8 * 1024 * 1024);
  for (let at = 0, n = 0; at < bigBytes; at += block.length, n++) {
    block.fill(createHash("sha256").update(String(n)).digest());
    await big.write(block.subarray(0, Math.min(block.length, bigBytes - at)));
  }
  await big.close();
  console.log(`folder: ${count + 1} files, ${((await sizeOf(target)) / 2 ** 30).toFixed(2)} GiB`);
  return count + 1;
}

async function byBrowser(product: Product, source: string, count: number, restart: () => Promise<void>): Promise<void> {
  const browser = await launch();
  const page = await browser.newPage();
  await page.goto(`${product.url}/sign-in`);
  await page.getByLabel("Email").fill(account.email);
  await page.getByLabel("Password", { exact: true }).fill(account.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByText("Nothing here yet").waitFor();
  const began = Date.now();
  await page.getByLabel("Upload a folder").setInputFiles(source);
  const tray = page.getByRole("region", { name: "Uploads" });
  await tray.waitFor({ timeout: 120_000 });
  for (let n = 1; n <= kills; n++) {
    await sleep(15_000 + n * 5_000);
    const at = Date.now();
    await restart();
    console.log(`browser: kill -9 no. ${n}, back after ${((Date.now() - at) / 1000).toFixed(1)} s`);
  }
  const done = tray.getByText(new RegExp(`^${count.toLocaleString("en")} uploads done$|^${count} uploads done$`));
  const retry = tray.getByRole("button", { name: "Retry all" });
  let told = began;
  for (;;) {
    if (await done.isVisible()) break;
    if (await retry.isVisible().catch(() => false)) await retry.click();
    const clash = page.getByRole("dialog").filter({ hasText: /already|taken/i });
    if (await clash.isVisible().catch(() => false)) throw new Error(`clashes with itself: ${await clash.innerText()}`);
    await sleep(1000);
    if (Date.now() - told > 20_000) {
      told = Date.now();
      console.log(
        `browser: after ${((told - began) / 1000).toFixed(0)} s: ${(await tray.innerText()).replace(/\s+/g, " ").slice(0, 120)}`,
      );
    }
    if (Date.now() - began > 1_200_000) throw new Error(`not done: ${(await tray.innerText()).slice(0, 300)}`);
  }
  console.log(`browser: ${count} files done after ${((Date.now() - began) / 1000).toFixed(0)} s, kills included`);
  await browser.close();
}

async function byTus(product: Product, path: string, restart: () => Promise<void>): Promise<void> {
  const call = await signIn(product.url);
  const began = Date.now();
  const { size } = await stat(path);
  let fileId = "";
  let killed = 0;
  await new Promise<void>((resolve, reject) => {
    const upload = new Upload(createReadStream(path), {
      endpoint: `${product.url}/api/v1/uploads`,
      headers: { authorization: `Bearer ${call.token}` },
      metadata: { filename: "big by tus.bin" },
      uploadSize: size,
      chunkSize: 64 * 1024 * 1024,
      retryDelays: [500, 1000, 2000, 3000, 5000, 5000, 5000, 5000],
      onProgress(sent) {
        if (killed >= kills || sent < ((killed + 1) * size) / (kills + 1)) return;
        killed++;
        restart().then(() => console.log(`tus: kill -9 no. ${killed} at ${(sent / 2 ** 30).toFixed(2)} GiB`), reject);
      },
      onAfterResponse(_request, response) {
        fileId = response.getHeader("Upload-File-Id") ?? fileId;
      },
      onError: reject,
      onSuccess: () => resolve(),
    });
    upload.start();
  });
  console.log(`tus: done after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  const [theirs, ours] = [await hashFile(path), await hashContent(product.url, call.token, fileId)];
  if (theirs !== ours) throw new Error(`tus: ${ours} came back, not ${theirs}`);
  console.log(`tus: ${size} bytes came back with the same SHA-256`);
}

/** Downloads every file below the folder and compares hashes, both ways. */
async function compare(url: string, source: string, name: string): Promise<void> {
  const call = await signIn(url);
  const roots = await listAll(call, undefined);
  const top = roots.find((item) => item.name === name);
  if (!top) throw new Error(`${name} is not there`);
  const remote = new Map<string, File>();
  const walk = async (id: string, path: string): Promise<void> => {
    for (const item of await listAll(call, id)) {
      const below = path === "" ? item.name : `${path}/${item.name}`;
      if (item.kind === "folder") await walk(item.id, below);
      else remote.set(below, item);
    }
  };
  await walk(top.id, "");
  const local = await filesBelow(source);
  let bytes = 0;
  for (const path of local) {
    const item = remote.get(path);
    if (!item) throw new Error(`${path} is missing`);
    const [here, there] = [await hashFile(join(source, path)), await hashContent(url, call.token, item.id)];
    if (here !== there) throw new Error(`${path}: ${there} came back, not ${here}`);
    bytes += item.fileSize;
  }
  if (remote.size !== local.length) throw new Error(`${remote.size} files there, ${local.length} here`);
  console.log(`compared: ${local.length} files, ${bytes} bytes, every SHA-256 equal`);
}

type SignedIn = ReturnType<typeof createClient> & { token: string };

async function signIn(url: string): Promise<SignedIn> {
  const { accessToken = "" } = await createClient({ baseUrl: url })(login, { body: account });
  const call = createClient({ baseUrl: url, headers: () => ({ authorization: `Bearer ${accessToken}` }) });
  return Object.assign(call, { token: accessToken });
}

async function listAll(call: SignedIn, parentId: string | undefined): Promise<File[]> {
  const items: File[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(listFiles, { query: { limit: 1000, parentId, cursor } });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return items;
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

async function hashContent(url: string, token: string, id: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/files/${id}/content`, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok || !answer.body) throw new Error(`${id}: ${answer.status}`);
  const hash = createHash("sha256");
  for await (const chunk of answer.body) hash.update(chunk);
  return hash.digest("hex");
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await filesBelow(folder)).map(async (path) => (await stat(join(folder, path))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
