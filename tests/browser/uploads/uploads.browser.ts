import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listFiles, listVersions } from "../../../packages/contract/src/index.ts";
import { dropOn, row, type Stage, setStage } from "../stage.ts";

describe("uploads", () => {
  let stage: Stage;
  let page: Page;
  let folder: string;
  const tray = () => page.getByRole("region", { name: "Uploads" });
  const names = async () => (await stage.call(listFiles, {})).items.map((item) => item.name);
  /** Slows the browser's way out, so that there is time to press things. */
  const slowDown = async (bytesPerSecond: number) => {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytesPerSecond };
    await session.send("Network.emulateNetworkConditions", limits);
    return session;
  };

  beforeAll(async () => {
    stage = await setStage();
    folder = await mkdtemp(join(tmpdir(), "holdfast-uploads-"));
    ({ page } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(async () => {
    await stage?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it("asks once what to do with names that are taken, and does it for all", async () => {
    for (const name of ["one.txt", "two.txt"]) {
      await stage.put(name, "old");
      await writeFile(join(folder, name), "new");
    }
    const input = page.getByLabel("Upload files", { exact: true });
    const paths = ["one.txt", "two.txt"].map((name) => join(folder, name));
    await input.setInputFiles(paths);
    await page
      .getByRole("dialog", { name: "2 files already exist" })
      .getByRole("button", { name: /Keep both/ })
      .click();
    await tray().getByText("2 uploads done").waitFor();
    expect(await names()).toEqual(["one (2).txt", "one.txt", "two (2).txt", "two.txt"]);

    await input.setInputFiles(paths);
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /Replace/ })
      .click();
    await tray().getByText("4 uploads done").waitFor();
    const one = (await stage.call(listFiles, {})).items.find((item) => item.name === "one.txt");
    expect((await stage.call(listVersions, { params: { id: one?.id ?? "" } })).items).toHaveLength(2);

    // The very files that are there: nothing to ask.
    await input.setInputFiles(paths);
    await tray().getByText("6 uploads done").waitFor();
    expect(await page.getByRole("dialog").count()).toBe(0);
    for (const path of paths) await writeFile(path, "newer");
    await input.setInputFiles(paths);
    await page.getByRole("dialog").getByRole("button", { name: /Skip/ }).click();
    await tray().getByText("8 uploads done").waitFor();
    expect(await names()).toHaveLength(4);
    await tray().getByRole("button", { name: "Close" }).click();
  });

  it("pauses and resumes a large file, and stays over other pages", async () => {
    await writeFile(join(folder, "large.bin"), randomBytes(24_000_000));
    const session = await slowDown(6_000_000);
    await dropOn(page, "#content", [join(folder, "large.bin")]);
    await tray()
      .getByText(/of 24 MB · .*\/s · .* left/)
      .first()
      .waitFor();
    await tray().getByRole("button", { name: "Pause all uploads" }).click();
    await tray().getByText("Paused, 1 file left").waitFor();
    await page.getByRole("link", { name: "Links" }).click();
    await page.getByRole("heading", { level: 1, name: "Links" }).waitFor();
    await tray().getByText("Paused, 1 file left").waitFor();
    await tray().getByRole("button", { name: "Resume all uploads" }).click();
    await tray().getByText("1 upload done").waitFor({ timeout: 30_000 });
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    const large = (await stage.call(listFiles, {})).items.find((item) => item.name === "large.bin");
    expect(large?.fileSize).toBe(24_000_000);
    await tray().getByRole("button", { name: "Close" }).click();
    await page.getByRole("link", { name: "Files", exact: true }).click();
    await row(page, "large.bin").waitFor();
  });

  it("says that there is no connection, and goes on by itself when it is back", async () => {
    await writeFile(join(folder, "later.txt"), "later");
    await page.context().setOffline(true);
    await page.getByLabel("Upload files", { exact: true }).setInputFiles([join(folder, "later.txt")]);
    await tray().getByText("No connection. Uploads continue when it is back.").waitFor();
    await page.context().setOffline(false);
    await row(page, "later.txt").waitFor();
    expect(await names()).toContain("later.txt");
  });

  it("goes on after a reload with what was chosen, matched by path, size and time", async () => {
    const chosen = join(folder, "Album");
    await mkdir(join(chosen, "one"), { recursive: true });
    await writeFile(join(chosen, "one/a.txt"), "a");
    await writeFile(join(chosen, "film.bin"), randomBytes(30_000_000));
    await utimes(join(chosen, "film.bin"), new Date(1_700_000_000_000), new Date(1_700_000_000_000));
    const session = await slowDown(3_000_000);
    await page.getByLabel("Upload a folder").setInputFiles(chosen);
    await tray()
      .getByText(/\/s · .* left/)
      .first()
      .waitFor();
    await page.waitForTimeout(2500);
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await session.detach();
    await tray()
      .getByText(/interrupted/)
      .first()
      .waitFor();
    const chooser = page.waitForEvent("filechooser");
    await tray().getByRole("button", { name: "Choose folder" }).click();
    // What had arrived is not sent again: the rest is less than the whole.
    let sent = 0;
    page.on("request", (request) => {
      if (request.method() === "PATCH") sent += Number(request.headers()["content-length"] ?? 0);
    });
    await (await chooser).setFiles(chosen);
    await tray()
      .getByText(/upload.* done/)
      .waitFor({ timeout: 30_000 });
    await row(page, "Album").dblclick();
    await row(page, "film.bin").waitFor();
    expect(await row(page, "film.bin").textContent()).toContain("30 MB");
    await page.goBack();
    expect(sent).toBeLessThan(30_000_000);
  });

  it("does not call interrupted what another tab is still sending", async () => {
    if (await tray().isVisible()) await tray().getByRole("button", { name: "Close" }).click();
    await writeFile(join(folder, "slow.bin"), randomBytes(20_000_000));
    const session = await slowDown(2_000_000);
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(join(folder, "slow.bin"));
    await tray().getByRole("heading", { name: "Uploading 1 file" }).waitFor();
    const other = await page.context().newPage();
    await other.goto("/files");
    await other.getByRole("button", { name: "New", exact: true }).waitFor();
    await other.waitForTimeout(1000);
    expect(await other.getByText(/interrupted/).count()).toBe(0);
    await other.close();
    await session.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await tray().getByText("1 upload done").waitFor({ timeout: 30_000 });
  });

  it("says why when the quota is full, and goes on when there is room", async () => {
    await tray()
      .getByRole("button", { name: "Close" })
      .click()
      .catch(() => {});
    const { adminUpdateUser, me } = await import("../../../packages/contract/src/index.ts");
    const { usedBytes } = await stage.call(me);
    await stage.call(adminUpdateUser, { params: { id: stage.user.id }, body: { quotaBytes: usedBytes + 1000 } });
    await writeFile(join(folder, "too much.bin"), randomBytes(500_000));
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(join(folder, "too much.bin"));
    await tray().getByText("Storage full, 1 file left").waitFor();
    await stage.call(adminUpdateUser, { params: { id: stage.user.id }, body: { quotaBytes: null } });
    await tray().getByRole("button", { name: "Resume all uploads" }).click();
    await row(page, "too much.bin").waitFor();
  });

  it("keeps the page answering while thousands of files go up", async () => {
    const many = join(folder, "Many");
    const count = Number(process.env.BROWSER_MANY_FILES ?? 1500);
    for (let part = 0; part < count / 100; part++) {
      const inner = join(many, `part ${part}`);
      await mkdir(inner, { recursive: true });
      await Promise.all(
        Array.from({ length: 100 }, (_, index) => writeFile(join(inner, `file ${index}.txt`), `${part}/${index}`)),
      );
    }
    await page.evaluate(`window.gaps = []; window.last = performance.now();
      window.beat = setInterval(() => { const now = performance.now(); window.gaps.push(now - window.last); window.last = now; }, 50)`);
    await tray()
      .getByRole("button", { name: "Close" })
      .click()
      .catch(() => {});
    const began = Date.now();
    await dropOn(page, "#content", [many]);
    await tray().waitFor({ timeout: 2000 });
    await tray()
      .getByText(`${count.toLocaleString("en")} uploads done`)
      .waitFor({ timeout: 600_000 });
    const longest = (await page.evaluate("clearInterval(window.beat), Math.max(...window.gaps)")) as number;
    console.log(
      `${count} files in ${((Date.now() - began) / 1000).toFixed(1)} s, longest stop of the page ${longest.toFixed(0)} ms`,
    );
    // A freeze, on however slow a machine; how smooth it is, the line above tells.
    expect(longest).toBeLessThan(5000);
    await row(page, "Many").dblclick();
    await row(page, "part 1").waitFor();
  }, 700_000);
});
