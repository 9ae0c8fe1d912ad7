import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adminUpdateUser, listFiles, me } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

/** How much of 9 MB is said, and how much the bar shows, at one moment. */
const barAndText = `(() => {
  const region = document.querySelector('section[aria-label="Uploads"]');
  const text = /([\\d.]+) MB of 9 MB/.exec(region?.textContent ?? "");
  const now = region?.querySelector('[role="progressbar"]')?.getAttribute("aria-valuenow");
  return text && now ? [Number(text[1]) / 9, Number(now) / 100] : null;
})()`;

describe("the tray of uploads", () => {
  let stage: Stage;
  let page: Page;
  let folder: string;
  const tray = () => page.getByRole("region", { name: "Uploads" });
  const close = () => tray().getByRole("button", { name: "Close" }).click();
  const choose = (paths: string | string[]) => page.getByLabel("Upload files", { exact: true }).setInputFiles(paths);

  beforeAll(async () => {
    stage = await setStage();
    folder = await mkdtemp(join(tmpdir(), "holdfast-tray-"));
    ({ page } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(async () => {
    await stage?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it("says in human sizes that the storage is full, in whole sentences, and what to do", async () => {
    const { usedBytes } = await stage.call(me);
    await stage.call(adminUpdateUser, { params: { id: stage.user.id }, body: { quotaBytes: usedBytes + 3_473_962 } });
    await writeFile(join(folder, "film.bin"), randomBytes(4_130_841));
    await choose(join(folder, "film.bin"));
    await tray().getByRole("heading", { name: "Storage full" }).waitFor();
    const reason = tray().getByText(/needs 4\.1 MB, and 3\.5 MB of your 3\.5 MB are left\. .*[Ee]mpty the trash/);
    await reason.waitFor();
    expect(await tray().textContent()).not.toMatch(/\d{5,}/);
    expect(await reason.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(false);
    await tray().getByRole("link", { name: "Open trash" }).click();
    await page.getByRole("heading", { level: 1, name: "Trash" }).waitFor();
    await stage.call(adminUpdateUser, { params: { id: stage.user.id }, body: { quotaBytes: null } });
    await tray().getByRole("button", { name: "Resume all uploads" }).click();
    await tray().getByText("1 upload done").waitFor({ timeout: 20_000 });
    await close();
  });

  it("cuts the folders of a long path and not the name, and shows a finished file in its folder", async () => {
    const deep = join(
      folder,
      "Photographs of the summer",
      "A trip along the whole coast of Norway",
      "The last day of all",
    );
    await mkdir(deep, { recursive: true });
    const name = "the lighthouse at the end of the road, at midnight.txt";
    await writeFile(join(deep, name), "light");
    await page.getByRole("link", { name: "Files", exact: true }).last().click();
    await page.getByLabel("Upload a folder").setInputFiles(join(folder, "Photographs of the summer"));
    await tray().getByText("1 upload done").waitFor();
    const shown = tray().getByText("at midnight.txt");
    await shown.waitFor();
    const [outer, inner] = [await tray().boundingBox(), await shown.boundingBox()];
    expect((inner?.x ?? 0) + (inner?.width ?? 0)).toBeLessThan((outer?.x ?? 0) + (outer?.width ?? 0));
    expect(inner?.width ?? 0).toBeGreaterThan(60);
    await page.getByRole("link", { name: "Links", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "Links" }).waitFor();
    await tray()
      .getByRole("button", { name: `Show ${name} in its folder` })
      .click();
    await row(page, name).waitFor();
    await expect.poll(() => row(page, name).getAttribute("aria-selected")).toBe("true");
    // Shown in the list, not opened over it.
    expect(await page.getByRole("dialog").count()).toBe(0);
    await close();
  });

  it("has a bar that is as far as what stands beside it", async () => {
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const limits = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 1_500_000 };
    await session.send("Network.emulateNetworkConditions", limits);
    await page.getByRole("link", { name: "Files", exact: true }).last().click();
    await writeFile(join(folder, "slow.bin"), randomBytes(9_000_000));
    await choose(join(folder, "slow.bin"));
    const bar = tray().getByRole("progressbar", { name: "Uploads" });
    await bar.waitFor();
    for (let n = 0; n < 3; n++) {
      let seen: number[] | null = null;
      await expect
        .poll(async () => {
          seen = (await page.evaluate(barAndText)) as number[] | null;
          return seen;
        })
        .not.toBeNull();
      const [said = 0, drawn = 1] = seen ?? [];
      expect(Math.abs(said - drawn)).toBeLessThan(0.03);
    }
    await session.send("Network.emulateNetworkConditions", { ...limits, uploadThroughput: -1 });
    await tray().getByText("1 upload done").waitFor({ timeout: 30_000 });
    expect((await stage.call(listFiles, {})).items.some((file) => file.name === "slow.bin")).toBe(true);
  });
});
