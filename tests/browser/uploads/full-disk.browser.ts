import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listFiles } from "../../../packages/contract/src/index.ts";
import { type Stage, setStage } from "../stage.ts";

/** More is to stay free than any disk has: to the server, its disk is full. */
describe("a server whose disk is full", () => {
  let stage: Stage;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-full-disk-"));
    stage = await setStage({ HOLDFAST_MIN_FREE_SPACE: "900T" });
  });
  beforeEach(async () => {
    ({ page } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(async () => {
    await stage?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it.each([
    ["a small file", 1_000],
    ["a large one", 12_000_000],
  ])("says so once for %s, keeps it waiting, and stores nothing", async (_kind, size) => {
    await writeFile(join(folder, "file.bin"), Buffer.alloc(size, 7));
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(join(folder, "file.bin"));
    const tray = page.getByRole("region", { name: "Uploads" });
    await tray.getByText("The server's disk is almost full, so nothing was stored. Delete files").waitFor();
    expect(await tray.getByRole("button", { name: "Resume all uploads" }).count()).toBe(1);
    expect((await stage.call(listFiles, {})).items).toEqual([]);
    await page.close();
  });
});
