import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createBackup, createFolder, getBackup } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

/** A folder of a backup that takes more than one page to list. */
describe("the selection in a backup", () => {
  const files = 520;
  let stage: Stage;
  let page: Page;

  beforeAll(async () => {
    stage = await setStage();
    const folder = await stage.call(createFolder, { body: { name: "Many" } });
    const names = Array.from({ length: files }, (_, i) => `file ${i + 1}.txt`);
    await Promise.all(names.map((name) => stage.put(name, name, folder.id)));
    const { id } = await stage.call(createBackup, { body: {} });
    await vi.waitFor(async () => expect((await stage.call(getBackup, { params: { id } })).status).toBe("completed"), {
      timeout: 60_000,
      interval: 200,
    });
    ({ page } = await stage.open());
    await stage.signIn(page);
    await page.goto(`/backups/${id}`);
    await row(page, "Many").dblclick();
  });
  afterAll(() => stage?.end());

  it("of everything but one restores everything but one, also what the list has not read", async () => {
    await row(page, "file 2.txt").click();
    await page.keyboard.press("Control+a");
    await row(page, "file 2.txt").click({ modifiers: ["Control"] });
    const preview = page.waitForRequest((request) => request.url().endsWith("/restore/preview"));
    await page.getByRole("button", { name: "Restore selected…" }).click();
    const { paths } = (await preview).postDataJSON() as { paths: string[] };
    expect(paths).toHaveLength(files - 1);
    expect(paths.filter((path) => path.endsWith("/file 2.txt"))).toEqual([]);
    expect(paths.filter((path) => path.endsWith("/file 520.txt"))).toHaveLength(1);
    await page.getByRole("dialog").getByText("519").first().waitFor();
  });
});
