import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder, type File, listFiles } from "../../../packages/contract/src/index.ts";
import { axeFindings } from "../axe.ts";
import { dragOver, row, type Stage, setStage } from "../stage.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("among files", () => {
  let stage: Stage;
  let page: Page;
  let work: File;
  let deep: File;
  const choose = (name: string) => row(page, name).getByText(name, { exact: true }).click();
  const namesIn = async (parentId?: string) =>
    (await stage.call(listFiles, { query: { parentId } })).items.map(({ name }) => name);

  beforeAll(async () => {
    stage = await setStage();
    work = await stage.call(createFolder, { body: { name: "Work" } });
    deep = await stage.call(createFolder, { body: { name: "Deep", parentId: work.id } });
    await stage.call(createFolder, { body: { name: "Taxes", parentId: deep.id } });
    for (const name of ["alpha.txt", "beta.txt", "gamma.txt"]) await stage.put(name, name);
    await stage.put("inner.txt", "inner", work.id);
    ({ page } = await stage.open());
    await stage.signIn(page);
    await row(page, "alpha.txt").waitFor();
  });
  afterAll(() => stage?.end());

  it.each([
    ["deleted", (tab: Page) => tab.keyboard.press("Delete")],
    [
      "renamed",
      async (tab: Page) => {
        await tab.keyboard.press("F2");
        await tab.getByLabel("New name").fill("other name.txt");
        await tab.keyboard.press("Enter");
      },
    ],
    ["moved", (tab: Page) => row(tab, "moved.txt").dragTo(row(tab, "Work"))],
  ])("what could not be %s without a network is back at once, and can be tried again", async (what, act) => {
    const name = `${what}.txt`;
    await stage.put(name, name);
    const { page: tab, context } = await stage.open();
    await stage.signIn(tab);
    await row(tab, name).getByText(name).click();
    // What draws messages comes when the page has stood for a moment.
    await expect.poll(() => tab.evaluate(`performance.getEntriesByName("idle-code-there").length`)).toBe(1);
    await context.setOffline(true);
    await act(tab);
    await tab
      .getByText(/was not (moved to the trash|renamed|moved)$/)
      .first()
      .waitFor();
    await tab.getByText("The server cannot be reached").first().waitFor();
    await row(tab, name).waitFor({ timeout: 1_000 });
    await context.setOffline(false);
    await tab.getByRole("button", { name: "Try again" }).click();
    await row(tab, name).waitFor({ state: "detached" });
    await expect.poll(() => namesIn()).not.toContain(name);
    await context.close();
  });

  it("a name that is taken leaves the field open, with what was typed and the reason beneath", async () => {
    await choose("alpha.txt");
    await page.keyboard.press("F2");
    const field = page.getByLabel("New name");
    await field.fill("beta.txt");
    await page.keyboard.press("Enter");
    const problem = page.getByRole("alert").filter({ hasText: /beta\.txt/ });
    await problem.waitFor();
    expect(await field.inputValue()).toBe("beta.txt");
    expect(await page.getByText(/quote/i).count()).toBe(0);
    await expect.poll(() => page.evaluate("document.activeElement?.getAttribute('aria-invalid')")).toBe("true");
    expect(await axeFindings(page)).toEqual([]);
    await field.fill("better.txt");
    await page.keyboard.press("Enter");
    await row(page, "better.txt").waitFor();
    await page.keyboard.press("Control+z");
    await row(page, "alpha.txt").waitFor();
    await expect.poll(() => namesIn()).toContain("alpha.txt");
  });

  it("the dialog to move opens where one is, and finds folders by name", async () => {
    await page.goto(`/files/${work.id}`);
    await choose("inner.txt");
    await row(page, "inner.txt").getByRole("button", { name: "Actions for inner.txt" }).click();
    await page.getByRole("menuitem", { name: "Move to…" }).click();
    const dialog = page.getByRole("dialog");
    const item = (name: string) => dialog.getByRole("treeitem", { name, exact: true });
    await item("Deep").waitFor();
    expect(await item("Work").getAttribute("aria-selected")).toBe("true");
    expect(await item("Work").getAttribute("aria-expanded")).toBe("true");
    // It lies there already.
    expect(await dialog.getByRole("button", { name: "Move here" }).isDisabled()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole("searchbox").fill("tax");
    const found = dialog.getByRole("option", { name: /Taxes/ });
    await found.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await found.click();
    await dialog.getByRole("button", { name: "Move here" }).click();
    await page.getByText("1 item moved to “Taxes”").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "inner.txt").waitFor();

    // A folder cannot go into itself.
    await row(page, "Deep").getByRole("button", { name: "Actions for Deep" }).click();
    await page.getByRole("menuitem", { name: "Move to…" }).click();
    await item("Deep").waitFor();
    expect(await item("Deep").getAttribute("aria-disabled")).toBe("true");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  it("files dropped on a folder go into it, and the list stays in sight", async () => {
    await page.goto("/files");
    await row(page, "Work").waitFor();
    const folder = await mkdtemp(join(tmpdir(), "dropped-"));
    const paths = await Promise.all(
      ["dropped", "crumb", "place", "here"].map(async (name) => {
        const path = join(folder, `${name}.txt`);
        await writeFile(path, name);
        return path;
      }),
    );
    const [dropped = "", crumbs = "", places = "", heres = ""] = paths;
    const over = await dragOver(page, row(page, "Work"), [dropped]);
    await page.getByText("Drop to upload to “Work”").waitFor();
    // Nothing lies over the rows.
    const point = await row(page, "beta.txt").boundingBox();
    const at = `${(point?.x ?? 0) + 200}, ${(point?.y ?? 0) + 20}`;
    const top = await page.evaluate(`document.elementFromPoint(${at})?.closest("[role=row]")?.textContent ?? ""`);
    expect(top).toContain("beta.txt");
    await over.drop();
    await expect.poll(() => namesIn(work.id)).toContain("dropped.txt");
    expect(await namesIn()).not.toContain("dropped.txt");

    // From within: on the way up, and in the sidebar.
    await page.goto(`/files/${deep.id}`);
    await page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Work" }).waitFor();
    const crumb = page.getByRole("navigation", { name: "Path" }).getByRole("link", { name: "Work" });
    await (await dragOver(page, crumb, [crumbs])).drop();
    await expect.poll(() => namesIn(work.id)).toContain("crumb.txt");
    const place = page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Files" }).first();
    await (await dragOver(page, place, [places])).drop();
    await expect.poll(() => namesIn()).toContain("place.txt");
    // And where nothing else is, into the folder that is open.
    await (await dragOver(page, page.locator("#file-grid"), [heres])).drop();
    await expect.poll(() => namesIn(deep.id)).toContain("here.txt");
  });

  it("says what a folder holds, and where it is", async () => {
    await page.goto("/files");
    await row(page, "Work").getByRole("button", { name: "Actions for Work" }).click();
    await page.getByRole("menuitem", { name: "Details" }).click();
    const dialog = page.getByRole("dialog", { name: "Details" });
    await dialog.getByText(/\d+ files?, 2 folders/).waitFor();
    await dialog.getByText("Created", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.goto(`/files/${work.id}`);
    await row(page, "inner.txt").getByRole("button", { name: "Actions for inner.txt" }).click();
    await page.getByRole("menuitem", { name: "Details" }).click();
    await dialog.getByText("Text file").waitFor();
    await dialog.getByRole("link", { name: "Work" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(new URL(page.url()).pathname).toBe(`/files/${work.id}`);
  });

  it("keeps the filter while something is selected, and lists its keys", async () => {
    await page.goto("/files");
    await page.getByLabel("Filter this folder").fill("beta");
    await choose("beta.txt");
    await page.getByText("1 selected").waitFor();
    expect(await page.getByLabel("Filter this folder").inputValue()).toBe("beta");
    await page.getByLabel("Clear filter").click();
    await choose("beta.txt");
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
  });

  it("takes back what was deleted or moved with Ctrl+Z, and moves with Ctrl+X and Ctrl+V", async () => {
    await page.goto("/files");
    await choose("gamma.txt");
    await page.keyboard.press("Delete");
    await row(page, "gamma.txt").waitFor({ state: "detached" });
    await page.getByText("“gamma.txt” moved to the trash").waitFor();
    await page.keyboard.press("Control+z");
    await row(page, "gamma.txt").waitFor();
    await choose("gamma.txt");
    await page.keyboard.press("Control+x");
    await row(page, "Work").dblclick();
    await row(page, "inner.txt").waitFor();
    await choose("inner.txt");
    await page.keyboard.press("Control+v");
    await row(page, "gamma.txt").waitFor();
    await page.getByText("1 item moved to “Work”").waitFor();
    await page.keyboard.press("Control+z");
    await row(page, "gamma.txt").waitFor({ state: "detached" });
    await expect.poll(() => namesIn()).toContain("gamma.txt");
  });

  it("shows no keys in menus where fingers point, and does not ask phones to drop files", async () => {
    const { page: mobile, context } = await stage.open(phone);
    await stage.signIn(mobile);
    await row(mobile, "beta.txt").getByRole("button", { name: "Actions for beta.txt" }).tap();
    const menu = mobile.getByRole("menu");
    await menu.waitFor();
    expect(await axeFindings(mobile)).toEqual([]);
    expect(await menu.getByText("F2", { exact: true }).isVisible()).toBe(false);
    await mobile.keyboard.press("Escape");
    // Back closes what was opened from it, and stays.
    await row(mobile, "Work").tap();
    await row(mobile, "inner.txt").getByRole("button", { name: "Actions for inner.txt" }).tap();
    await mobile.getByRole("menuitem", { name: "Details" }).tap();
    await mobile.getByRole("dialog", { name: "Details" }).waitFor();
    await mobile.goBack();
    await mobile.getByRole("dialog").waitFor({ state: "detached" });
    expect(new URL(mobile.url()).pathname).toBe(`/files/${work.id}`);
    const empty = await stage.call(createFolder, { body: { name: "Nothing inside" } });
    await mobile.goto(`/files/${empty.id}`);
    await mobile.getByText("Nothing here yet").waitFor();
    expect(await mobile.getByText(/Drop files/).isVisible()).toBe(false);
    await mobile.goto("/files/00000000-0000-7000-8000-000000000000");
    await mobile.getByText("Folder not found").waitFor();
    expect(await axeFindings(mobile)).toEqual([]);
    await context.close();
  });

  it("leaves room for the list where a window is low, as at 200 % zoom", async () => {
    const { page: low, context } = await stage.open({ viewport: { width: 720, height: 450 } });
    await stage.signIn(low);
    const grid = low.getByRole("grid");
    await grid.waitFor();
    expect((await grid.boundingBox())?.height).toBeGreaterThan(280);
    await context.close();
  });

  it("looks into a trashed folder, sorts and searches the trash, and says how much it holds", async () => {
    const old = await stage.call(createFolder, { body: { name: "Old papers" } });
    const inner = await stage.call(createFolder, { body: { name: "Letters", parentId: old.id } });
    await stage.put("dear.txt", "Dear Ada", inner.id);
    await stage.put("big.bin", "b".repeat(5_000), old.id);
    for (const name of ["zebra.txt", "aardvark.txt"]) await stage.put(name, name.repeat(name === "zebra.txt" ? 1 : 90));
    await page.goto("/files");
    for (const name of ["zebra.txt", "aardvark.txt", "Old papers"]) {
      await choose(name);
      await page.keyboard.press("Delete");
      await row(page, name).waitFor({ state: "detached" });
    }
    await page.getByRole("link", { name: "Trash" }).first().click();
    const entry = (name: string) => page.getByRole("button", { name, exact: true });
    await entry("Old papers").waitFor();
    // Several messages at once lie beneath one another.
    expect(await page.locator("[data-sonner-toast]").count()).toBeGreaterThan(1);
    expect(await axeFindings(page)).toEqual([]);
    await page.getByText(/Contains \d+ files? /).waitFor();
    const names = () => page.getByRole("button", { name: /^(zebra|aardvark)\.txt$/ }).allTextContents();
    await page.getByRole("combobox", { name: "Sort by" }).click();
    await page.getByRole("option", { name: "A to Z" }).click();
    await expect.poll(names).toEqual(["aardvark.txt", "zebra.txt"]);
    await page.getByRole("searchbox", { name: "Search the trash" }).fill("zeb");
    await entry("aardvark.txt").waitFor({ state: "detached" });
    expect(await names()).toEqual(["zebra.txt"]);
    await page.getByRole("searchbox", { name: "Search the trash" }).fill("");
    await page.getByRole("button", { name: "Empty trash" }).click();
    await page.getByRole("alertdialog").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Cancel" }).click();

    await entry("Old papers").click();
    await page.getByText("In the trash: 2 files, 1 folder · 5 KB").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("button", { name: /^Letters/ }).click();
    await page.getByRole("button", { name: /^dear\.txt/ }).click();
    await page.getByRole("dialog", { name: "dear.txt" }).getByText("Dear Ada").waitFor();
    await page.goBack();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "Letters" }).waitFor();
    await page.goBack();
    await page.getByRole("button", { name: "Restore", exact: true }).click();
    await entry("Old papers").waitFor({ state: "detached" });
    await expect.poll(() => namesIn()).toContain("Old papers");
  });
});
