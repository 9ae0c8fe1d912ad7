import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listFiles } from "../../../packages/contract/src/index.ts";
import type { Product } from "../../support/product.ts";
import { row, type Stage, setStage } from "../stage.ts";

// Of the pages of administrators only the first: the others stand below it once it is open.
const places = ["/shares", "/backups", "/admin", "/trash"];
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("without a connection", () => {
  let stage: Stage;
  let product: Product;
  let page: Page;
  let folder: string;
  const tray = () => page.getByRole("region", { name: "Uploads" });
  const navLink = (path: string) => page.locator(`nav a[href="${path}"]:visible`);
  /** Set in this document alone: another document, also the browser's own error page, has none. */
  const mark = () => page.evaluate("window.sameDocument = true");
  const isOurs = () => page.evaluate("window.sameDocument === true && document.body.innerText.includes('Files')");
  const open = async (options = {}) => {
    ({ page } = await stage.open(options));
    await stage.signIn(page);
    await mark();
  };
  const slow = async (bytesPerSecond: number) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
    await session.send("Network.emulateNetworkConditions", limits);
    return async () => {
      await session.send("Network.emulateNetworkConditions", { ...limits, uploadThroughput: -1 });
      await session.detach();
    };
  };
  /** What is uploaded through everything that follows, and must arrive whole. */
  const upload = async (name: string) => {
    await writeFile(join(folder, name), randomBytes(24_000_000));
    const atFullSpeed = await slow(4_000_000);
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(join(folder, name));
    await tray().getByText(/\/s/).first().waitFor();
    return atFullSpeed;
  };
  const sizeOf = async (name: string) =>
    (await stage.call(listFiles, {})).items.find((file) => file.name === name)?.fileSize;

  beforeAll(async () => {
    stage = await setStage();
    product = stage.product;
    folder = await mkdtemp(join(tmpdir(), "holdfast-offline-"));
    await stage.put("alpha.txt", "alpha");
  });
  afterEach(() => page?.context().close());
  afterAll(async () => {
    await stage?.browser.close();
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("stays on the page, says so, goes there when it is back, and uploads continue", { timeout: 120_000 }, async () => {
    await open();
    const atFullSpeed = await upload("offline.bin");
    await page.context().setOffline(true);
    for (const name of places) {
      await navLink(name).click();
      await page.getByText("No connection. Pages open when it is back.").waitFor();
      expect(await isOurs()).toBe(true);
      expect(await tray().count()).toBe(1);
    }
    await tray().getByText("No connection. Uploads continue when it is back.").waitFor();
    await page.context().setOffline(false);
    // The last place that was asked for.
    await page.getByRole("heading", { level: 1, name: "Trash" }).waitFor({ timeout: 20_000 });
    expect(await isOurs()).toBe(true);
    await page.getByText("No connection").first().waitFor({ state: "detached" });
    await atFullSpeed();
    await tray().getByText("1 upload done").waitFor({ timeout: 60_000 });
    expect(await sizeOf("offline.bin")).toBe(24_000_000);
  });

  it("the same on a phone, where Back works as well", async () => {
    await open(phone);
    await navLink("/shares").tap();
    await page.getByRole("heading", { level: 1, name: "Links" }).waitFor();
    await page.context().setOffline(true);
    await navLink("/trash").tap();
    await page.getByText("No connection. Pages open when it is back.").waitFor();
    await page.goBack().catch(() => {});
    await row(page, "alpha.txt").waitFor();
    expect(await isOurs()).toBe(true);
    await page.context().setOffline(false);
    await page.getByText("No connection").waitFor({ state: "detached" });
    expect(await isOurs()).toBe(true);
  });

  it("a killed server is waited for in the same way", { timeout: 150_000 }, async () => {
    await open();
    const atFullSpeed = await upload("killed.bin");
    await product.kill9();
    const killed = performance.now();
    await tray().getByText("The server does not answer. Trying again…").waitFor({ timeout: 20_000 });
    const said = performance.now() - killed;
    console.log(`said ${said.toFixed(0)} ms after the kill that the server does not answer`);
    expect(said).toBeLessThan(6_000);
    // Neither a speed nor a time of what no longer moves.
    expect(
      await tray()
        .getByText(/\/s\b|· .* left$/)
        .count(),
    ).toBe(0);
    for (const name of places) {
      await navLink(name).click();
      await page.getByText("Reconnecting to the server…").waitFor();
      expect(await isOurs()).toBe(true);
    }
    product = await product.restart();
    await page.getByRole("heading", { level: 1, name: "Trash" }).waitFor({ timeout: 60_000 });
    expect(await isOurs()).toBe(true);
    await atFullSpeed();
    await tray().getByText("1 upload done").waitFor({ timeout: 60_000 });
    expect(await sizeOf("killed.bin")).toBe(24_000_000);
    await navLink("/files").click();
    await row(page, "killed.bin").waitFor();
  });
});

describe("a server that stands still", () => {
  let stage: Stage;
  let folder: string;
  afterAll(async () => {
    await stage?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it("is not shown as a speed, and continues by itself", { timeout: 120_000 }, async () => {
    stage = await setStage();
    const { page } = await stage.open();
    await stage.signIn(page);
    const tray = page.getByRole("region", { name: "Uploads" });
    folder = await mkdtemp(join(tmpdir(), "holdfast-still-"));
    const files = Array.from({ length: 60 }, (_, n) => join(folder, `note ${n}.bin`));
    for (const path of files) await writeFile(path, randomBytes(700_000));
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 8_000_000 };
    await session.send("Network.emulateNetworkConditions", limits);
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(files);
    await tray.getByRole("heading", { name: /Uploading \d+ files/ }).waitFor();
    // It takes connections and answers nothing, as a machine that hangs does.
    process.kill(stage.product.pid, "SIGSTOP");
    const stopped = performance.now();
    try {
      await tray.getByText("The server does not answer. Trying again…").waitFor({ timeout: 15_000 });
      console.log(`said ${(performance.now() - stopped).toFixed(0)} ms after the server stood still`);
      expect(await tray.getByText(/\/s\b/).count()).toBe(0);
    } finally {
      process.kill(stage.product.pid, "SIGCONT");
    }
    await tray.getByText("60 uploads done").waitFor({ timeout: 60_000 });
    expect((await stage.call(listFiles, { query: { limit: 1000 } })).items).toHaveLength(60);
  });
});
