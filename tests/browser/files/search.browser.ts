import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import { axeFindings } from "../axe.ts";
import { email, password, row, type Stage, setStage } from "../stage.ts";

/** From the palette to the page of all results, and from there to a file. */
describe("search", () => {
  let stage: Stage;
  let page: Page;
  let quiet: () => string[];
  const search = async (text: string) => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill(text);
  };

  beforeAll(async () => {
    stage = await setStage();
    const trip = await stage.call(createFolder, { body: { name: "Lofoten" } });
    const day = await stage.call(createFolder, { body: { name: "Day 1", parentId: trip.id } });
    for (let n = 1; n <= 70; n++) await stage.put(`IMG_${n}.jpg`, `${n}`, day.id);
    await stage.put("img list.txt", "a list", trip.id);
    ({ page, quiet } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(() => stage?.end());

  it("leads from the palette to all results, each with its folder, read on as one scrolls", async () => {
    await search("img lofoten");
    await page.getByRole("option", { name: /IMG_1\.jpg.*Lofoten/ }).waitFor();
    await page.getByRole("option", { name: "All results for “img lofoten”" }).click();
    await page.waitForURL("**/search?q=img+lofoten");
    const list = page.getByRole("list", { name: "Results for “img lofoten”" });
    await list.getByRole("listitem").nth(49).waitFor();
    await list.getByRole("listitem").last().scrollIntoViewIfNeeded();
    await expect.poll(() => list.getByRole("listitem").count(), { timeout: 20_000 }).toBe(71);
    await list.getByText("IMG_70.jpg").waitFor();
    await page.getByText("71 results").waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  it("shows one kind, opens a file, keeps the search over a reload, and shows a file in its folder", async () => {
    await page.getByRole("button", { name: "Documents" }).click();
    await page.getByText("1 result", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^img list\.txt/ }).click();
    await page.getByRole("dialog", { name: "img list.txt" }).waitFor();
    await page.keyboard.press("Escape");
    // The preview's entry of the history is given back a moment after it has closed.
    await expect.poll(() => page.evaluate("history.state?.overlay ?? null")).toBeNull();
    await page.reload();
    await page.getByText("1 result", { exact: true }).waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("img lofoten");
    await page.getByRole("button", { name: "Show img list.txt in its folder" }).click();
    await expect.poll(() => row(page, "img list.txt").getAttribute("aria-selected")).toBe("true");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.goBack();
    await page.getByText("1 result", { exact: true }).waitFor();
  });

  it("finds as one types on the page, and says when there is nothing", async () => {
    await page.getByRole("button", { name: "All", exact: true }).click();
    await page.getByRole("searchbox").fill("ímg_7");
    await page.getByText("2 results").waitFor();
    await page.getByRole("searchbox").fill("nowhere at all");
    await page.getByRole("heading", { name: "Nothing matches “nowhere at all”" }).waitFor();
  });

  it("makes a folder and uploads from the palette, from any page", async () => {
    await search("new fold");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "New folder" }).getByLabel("Folder name").fill("By palette");
    await page.keyboard.press("Enter");
    await row(page, "By palette").waitFor();
    await search("upload");
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.keyboard.press("Enter")]);
    await chooser.setFiles({ name: "by palette.txt", mimeType: "text/plain", buffer: Buffer.from("x") });
    await row(page, "by palette.txt").waitFor();
    expect(quiet()).toEqual([]);
  });

  it("means what was typed by Enter, before the list has followed", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    // Typed and entered within one turn of the page: the input has its text by then, and the list could not follow.
    await page.evaluate(`(async () => {
      const input = document.activeElement;
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, "links");
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      for (let n = 0; n < 5; n++) await Promise.resolve();
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    })()`);
    await page.waitForURL("**/shares");
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
  });

  it("is there again after signing in", async () => {
    const { page: other, context } = await stage.open();
    await other.goto("/search?q=img+lofoten");
    await other.getByLabel("Email").fill(email);
    await other.getByLabel("Password", { exact: true }).fill(password);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.waitForURL("**/search?q=img+lofoten");
    await other.getByText("IMG_1.jpg").waitFor();
    await context.close();
  });

  it("fits a phone, in the dark as well", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto("/search?q=img");
    await page.getByRole("listitem").nth(20).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(await axeFindings(page)).toEqual([]);
  });
});
