import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

describe("on a phone", () => {
  let stage: Stage;
  let page: Page;
  let token: string;
  const widest = () => page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");

  beforeAll(async () => {
    stage = await setStage();
    const folder = await stage.call(createFolder, {
      body: { name: "A folder with quite a long name that does not fit" },
    });
    await stage.put(`${"long ".repeat(30)}name.txt`, "inside", folder.id);
    const file = await stage.put("report.txt", "the report");
    token = (await stage.call(createShare, { body: { fileId: file.id, linkType: "permanent" } })).token;
    ({ page } = await stage.open({ viewport: { width: 360, height: 720 }, hasTouch: true, isMobile: true }));
    await stage.signIn(page);
  });
  afterAll(() => stage?.end());

  it("opens by a tap, and selects by the box", async () => {
    await row(page, "A folder with quite a long name that does not fit").tap();
    await row(page, `${"long ".repeat(30)}name.txt`).waitFor();
    expect(await widest()).toBe(0);
    await page.goBack();
    await row(page, "report.txt").getByRole("button", { name: "Select report.txt" }).tap();
    await page.getByText("1 selected").waitFor();
    await page.getByRole("button", { name: "Clear selection" }).tap();
  });

  it("shares from the menu", async () => {
    await row(page, "report.txt").getByRole("button", { name: "Actions for report.txt" }).tap();
    await page.getByRole("menuitem", { name: "Share" }).tap();
    await page.getByRole("button", { name: "Create link and copy it" }).tap();
    await page.getByText("Link copied").waitFor();
    expect(await widest()).toBe(0);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
    // The dialog gives its entry of the history back a moment after it has closed; a navigation before that would be given up for it.
    await page.waitForFunction("!history.state?.overlay");
  });

  it("shows all that can be done with an earlier version within the width of its details", async () => {
    for (let n = 0; n < 15; n++) await stage.put("report.txt", `the report, again ${n}`, undefined, "replace");
    await row(page, "report.txt").getByRole("button", { name: "Actions for report.txt" }).tap();
    await page.getByRole("menuitem", { name: "Details" }).tap();
    const dialog = page.getByRole("dialog");
    for (const name of ["Restore", "Delete this version"]) {
      const box = await dialog.getByRole("button", { name }).first().boundingBox();
      expect(box && box.x + box.width).toBeLessThanOrEqual(360);
    }
    const scrolls = `[...document.querySelectorAll("[role=dialog], [role=dialog] *")].filter((element) =>
      element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX)).length`;
    expect(await page.evaluate(scrolls)).toBe(0);
    // Its contents scroll, and it stays where it is.
    const above = `{ const { scrollHeight, clientHeight } = document.querySelector("[role=dialog]").parentElement; scrollHeight - clientHeight }`;
    expect(await page.evaluate(above)).toBe(0);
    await dialog.getByRole("button", { name: "Close" }).tap();
    await page.waitForFunction("!history.state?.overlay");
  });

  it("shows messages above the bar of places", async () => {
    await stage.put("gone.txt", "gone");
    await row(page, "gone.txt").getByRole("button", { name: "Actions for gone.txt" }).tap();
    await page.getByRole("menuitem", { name: "Move to trash" }).tap();
    const message = page.getByRole("listitem").filter({ hasText: "“gone.txt” moved to the trash" });
    const places = await page.getByRole("navigation", { name: "Main" }).boundingBox();
    // It slides in from below.
    const bottom = async () => {
      const box = await message.boundingBox();
      return box ? box.y + box.height : Number.POSITIVE_INFINITY;
    };
    await expect.poll(bottom).toBeLessThanOrEqual(places?.y ?? 0);
  });

  it.each(["/shares", "/trash", "/account", "/admin/users", "/admin/jobs"])(
    "has no sideways scrolling on %s",
    async (path) => {
      await page.goto(path);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.waitForTimeout(400);
      expect(await widest()).toBe(0);
    },
  );

  it("shows the recipient one button within reach", async () => {
    await page.goto(`/s/${token}`);
    const button = page.getByRole("link", { name: "Download" });
    await button.waitFor();
    const box = await button.boundingBox();
    expect(box && box.y + box.height).toBeLessThan(720);
    expect(await widest()).toBe(0);
  });
});
