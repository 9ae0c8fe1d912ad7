import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Stage, setStage } from "../stage.ts";

/** The pages about the installation. HOLDFAST_PICTURES names a folder for pictures of them. */
let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.end());

const pictures = process.env.HOLDFAST_PICTURES;
async function picture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`) });
}

const sizes = [
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 390, height: 844, colorScheme: "dark" },
] as const;
/** What each page shows of this installation. */
const shows = {
  health: /There is no backup of the server yet/,
  logs: /No warnings and no errors|Warning|Error/,
  database: /Slowest statements/,
  nodes: /Pages and API/,
  updates: /Holdfast asks no outside service/,
};

test.each(sizes)(
  "each page shows what it is about, $width pixels wide and $colorScheme",
  async ({ width, height, colorScheme }) => {
    const { context, page, quiet } = await stage.open({ viewport: { width, height }, colorScheme });
    context.setDefaultTimeout(30_000);
    await stage.signIn(page);
    for (const [name, text] of Object.entries(shows)) {
      await page.goto(`/admin/${name}`);
      await page.getByText(text).first().waitFor();
      // Nothing is wider than the window.
      expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
      await picture(page, `${name}-${width}-${colorScheme}`);
    }
    expect(quiet()).toEqual([]);
    await context.close();
  },
);

test("maintenance mode begins with a message that every page shows, and ends by a button", async () => {
  const { context, page } = await stage.open();
  context.setDefaultTimeout(30_000);
  await stage.signIn(page);
  const stranger = await stage.open();
  stranger.context.setDefaultTimeout(30_000);
  await page.goto("/admin/health");
  await page.getByRole("button", { name: "Begin maintenance mode…" }).click();
  await page.getByLabel("Message for everyone").fill("New disks are being fitted.");
  await page.getByRole("button", { name: "Begin now" }).click();
  await page.getByText("New disks are being fitted.").waitFor();
  await picture(page, "maintenance");
  await stranger.page.goto("/sign-in");
  await stranger.page.getByText("New disks are being fitted.").waitFor();
  await picture(stranger.page, "maintenance-stranger");
  await page.goto("/files");
  await page.getByText("New disks are being fitted.").waitFor();
  await page.getByRole("button", { name: "New", exact: true }).click();
  await page.getByRole("menuitem", { name: "New folder" }).click();
  await page.getByRole("dialog", { name: "New folder" }).getByLabel("Folder name").fill("refused");
  await page.keyboard.press("Enter");
  await page.getByText("Holdfast is being maintained").first().waitFor();
  await picture(page, "maintenance-refused");
  await page.goto("/admin/health");
  await page.getByRole("button", { name: "End maintenance mode" }).first().click();
  await expect.poll(() => page.getByText("New disks are being fitted.").count()).toBe(0);
  await context.close();
  await stranger.context.close();
});
