import { createHash, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listFiles } from "../../../packages/contract/src/index.ts";
import type { Product } from "../../support/product.ts";
import { row, type Stage, setStage } from "../stage.ts";

describe("a server that is killed while files go up", () => {
  let stage: Stage;
  let product: Product;
  let page: Page;
  let folder: string;
  const tray = () => page.getByRole("region", { name: "Uploads" });
  const dialogs = () => page.getByRole("dialog").count();

  beforeAll(async () => {
    stage = await setStage();
    product = stage.product;
    folder = await mkdtemp(join(tmpdir(), "holdfast-killed-"));
    ({ page } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(async () => {
    await stage?.browser.close();
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("makes no clash of a file whose answer was lost", async () => {
    const session = await page.context().newCDPSession(page);
    await session.send("Fetch.enable", { patterns: [{ urlPattern: "*files/content*", requestStage: "Response" }] });
    let lost = 0;
    session.on("Fetch.requestPaused", ({ requestId }) => {
      // The server has stored it and said so; the browser never hears of it, once.
      const answer =
        lost++ === 0
          ? session.send("Fetch.failRequest", { requestId, errorReason: "ConnectionReset" })
          : session.send("Fetch.continueResponse", { requestId });
      answer.catch(() => {});
    });
    await page
      .getByLabel("Upload files", { exact: true })
      .setInputFiles({ name: "once.txt", mimeType: "text/plain", buffer: Buffer.from("once") });
    await tray().getByText("1 upload done").waitFor({ timeout: 20_000 });
    await session.detach();
    expect(lost).toBe(2);
    expect(await dialogs()).toBe(0);
    await row(page, "once.txt").waitFor();
    expect((await stage.call(listFiles, {})).items).toHaveLength(1);
    await tray().getByRole("button", { name: "Close" }).click();
  });

  it("goes on where it stood, and every byte arrives", { timeout: 120_000 }, async () => {
    const source = join(folder, "Trip");
    await mkdir(source);
    const hashes = new Map<string, string>();
    const add = async (name: string, bytes: Buffer) => {
      hashes.set(name, createHash("sha256").update(bytes).digest("hex"));
      await writeFile(join(source, name), bytes);
    };
    for (let n = 0; n < 300; n++) await add(`note ${n}.txt`, randomBytes(1 + n * 20));
    await add("film.bin", randomBytes(60_000_000));
    let begun = 0;
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/api/v1/uploads")) begun++;
    });
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 8_000_000 };
    await session.send("Network.emulateNetworkConditions", slow);
    await page.getByLabel("Upload a folder").setInputFiles(source);
    for (const done of [/of 60\.\d MB|of 6\d MB/, /Uploading/]) {
      await tray().getByText(done).first().waitFor();
      await page.waitForTimeout(1500);
      await product.kill9();
      product = await product.restart();
    }
    await tray().getByText("301 uploads done").waitFor({ timeout: 90_000 });
    expect(await dialogs()).toBe(0);
    expect(begun).toBe(1);
    const [{ id = "" } = {}] = (await stage.call(listFiles, {})).items.filter(({ name }) => name === "Trip");
    const { items } = await stage.call(listFiles, { query: { parentId: id, limit: 1000 } });
    expect(items).toHaveLength(301);
    for (const { name, sha256, fileSize } of items) {
      // A long content's own hash comes from a job.
      if (name === "film.bin") expect(fileSize).toBe(60_000_000);
      else expect(sha256).toBe(hashes.get(name));
    }
    const film = items.find(({ name }) => name === "film.bin")?.id;
    const bytes = await page.evaluate(async (path) => {
      const answer = await fetch(path);
      const hash = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
      return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }, `/api/v1/files/${film}/content`);
    expect(bytes).toBe(hashes.get("film.bin"));
  });
});
