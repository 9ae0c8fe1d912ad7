import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { adminCreateUser, adminListAlerts, createFolder, listFiles } from "../../../packages/contract/src/index.ts";
import { eventually } from "../../support/server.ts";
import { axeFindings as findings, looks } from "../axe.ts";
import { password, type Stage, setStage } from "../stage.ts";

let stage: Stage;
let folder: string;
const names = Array.from({ length: 60 }, (_, n) => `report ${n}.txt`);

beforeAll(async () => {
  stage = await setStage();
  await stage.call(adminCreateUser, { body: { email: "bob@example.org", password } });
  folder = (await stage.call(createFolder, { body: { name: "Work" } })).id;
  const text = "All is well, and nothing else is to be said.\n".repeat(20);
  for (const name of names) await stage.put(name, text, folder);
  // What was made in the last second before it counts as part of it.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  for (const name of names) await stage.put(name, randomBytes(700), folder, "replace");
  await eventually(async () => {
    const { items } = await stage.call(adminListAlerts, { query: {} });
    return items.some(({ kind }) => kind === "suspicious.mass-change");
  }, 60_000);
}, 400_000);
afterAll(() => stage?.end());

/** For people to look at, where a folder is given. */
async function picture(page: Page, name: string): Promise<void> {
  const folderOfPictures = process.env.HOLDFAST_PICTURES;
  if (!folderOfPictures) return;
  await mkdir(folderOfPictures, { recursive: true });
  await page.screenshot({ path: join(folderOfPictures, `${name}.png`) });
}

it.each(looks)("shows the alert with its buttons and a preview, $colorScheme, $width wide", async (look) => {
  const { colorScheme, width } = look;
  const options = { colorScheme, reducedMotion: "reduce" as const, viewport: { width, height: 900 } };
  const { page, context } = await stage.open(options);
  const name = `${colorScheme}-${width}`;
  await stage.signIn(page);
  await page.goto("/admin/backups");
  await page.getByRole("button", { name: "Rewind files…" }).waitFor();
  await picture(page, `alert-${name}`);
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Rewind files…" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Rewind 60 changes" }).waitFor();
  await page.getByText("Show the first 60 items").click();
  await picture(page, `preview-${name}`);
  expect(await findings(page)).toEqual([]);
  await page.getByRole("button", { name: "Close" }).last().click();
  await page.goto("/admin/users");
  await page.getByRole("button", { name: /bob@example.org/ }).click();
  await page.getByRole("button", { name: "Rewind files…" }).waitFor();
  await picture(page, `user-${name}`);
  await context.close();
});

it("rewinds the files by the alert's button, and the alert ends", async () => {
  const { page, quiet, context } = await stage.open();
  await stage.signIn(page);
  await page.goto("/admin/backups");
  await page.getByRole("button", { name: "Rewind files…" }).click();
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("button", { name: "Rewind 60 changes" }).click();
  await page.getByText("The files are back.").waitFor({ timeout: 30_000 });
  await picture(page, "done");
  expect(await findings(page)).toEqual([]);
  const { items } = await stage.call(listFiles, { query: { parentId: folder, limit: 100 } });
  expect(items.map((file) => file.name).sort()).toEqual([...names].sort());
  expect(new Set(items.map((file) => file.fileSize))).toEqual(new Set([900]));
  await eventually(async () => (await stage.call(adminListAlerts, { query: {} })).open === 0, 60_000);
  expect(quiet()).toEqual([]);
  await context.close();
});
