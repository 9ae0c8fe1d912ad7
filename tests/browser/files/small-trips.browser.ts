import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { startProduct } from "../../support/product.ts";
import { launch, openPage, row, type Stage, setStage } from "../stage.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("what people trip over", () => {
  let stage: Stage;
  let folderId: string;
  const pathOf = (page: Page) => new URL(page.url()).pathname;

  beforeAll(async () => {
    stage = await setStage();
    const folder = await stage.call(createFolder, { body: { name: "Documents" } });
    folderId = folder.id;
    await stage.put("README.md", "# Read me", folder.id);
    await stage.put("notes.txt", "some notes", folder.id);
  });
  afterAll(() => stage?.end());

  it.each([
    ["desktop", {}],
    ["phone", phone],
  ])("Back closes a preview and stays in the folder (%s)", async (_name, options) => {
    const { page, context, quiet } = await stage.open(options);
    await stage.signIn(page);
    const open = (name: string) => (options === phone ? row(page, name).tap() : row(page, name).dblclick());
    await open("Documents");
    await open("README.md");
    const preview = page.getByRole("dialog", { name: "README.md" });
    await preview.waitFor();
    await page.goBack();
    await preview.waitFor({ state: "detached" });
    expect(pathOf(page)).toBe(`/files/${folderId}`);
    await row(page, "notes.txt").waitFor();

    // Closed by its button, it leaves nothing behind that Back would have to pass.
    await open("notes.txt");
    await page.getByRole("dialog", { name: "notes.txt" }).getByRole("button", { name: "Close" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.waitForFunction("!history.state?.overlay");
    await page.goBack();
    await row(page, "Documents").waitFor();
    expect(pathOf(page)).toBe("/files");
    expect(quiet()).toEqual([]);
    await context.close();
  });

  it("Back closes a recipient's preview as well", async () => {
    const { token } = await stage.call(createShare, { body: { fileId: folderId, linkType: "permanent" } });
    const { page, context } = await stage.open(phone);
    await page.goto(`/s/${token}`);
    await page.getByText("notes.txt", { exact: true }).tap();
    await page.getByRole("dialog", { name: "notes.txt" }).waitFor();
    await page.goBack();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(pathOf(page)).toBe(`/s/${token}`);
    await context.close();
  });

  it("a tap opens a file, also after another one's menu was used", async () => {
    const { page, context } = await stage.open(phone);
    await stage.signIn(page);
    await row(page, "Documents").tap();
    await row(page, "README.md").getByRole("button", { name: "Actions for README.md" }).tap();
    await page.getByRole("menuitem", { name: "Share" }).tap();
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).tap();
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await row(page, "notes.txt").tap();
    await page.getByRole("dialog", { name: "notes.txt" }).waitFor();
    await context.close();
  });

  it("a name cannot pretend to have another ending", async () => {
    await stage.put("rtl\u202egpj.exe", "not a picture");
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await row(page, "rtl⟨U+202E⟩gpj.exe").waitFor();
    const long = `${"a very long name ".repeat(12)}end.pdf`;
    await stage.put(long, "long");
    await page.reload();
    const ending = row(page, long).getByText(".pdf", { exact: true });
    await ending.waitFor();
    const [cell, end] = [await row(page, long).boundingBox(), await ending.boundingBox()];
    expect((end?.x ?? 0) + (end?.width ?? 0)).toBeLessThan((cell?.x ?? 0) + (cell?.width ?? 0));
    await context.close();
  });

  it("the list of links scrolls inside its frame", async () => {
    for (let n = 0; n < 14; n++) {
      await stage.call(createShare, { body: { fileId: folderId, linkType: "permanent" } });
    }
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.goto("/shares");
    await page.getByRole("button", { name: /^Copy/ }).nth(13).waitFor();
    const heights = await page.evaluate("[document.documentElement.scrollHeight, window.innerHeight]");
    expect(heights).toEqual([800, 800]);
    await context.close();
  });

  it("a switch has its knob in the middle", async () => {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await row(page, "Documents").getByRole("button", { name: "Actions for Documents" }).click();
    await page.getByRole("menuitem", { name: "Share" }).click();
    // Both in one go: the dialog grows when the links that there are have been read.
    await page.getByRole("switch").first().waitFor();
    const middles: number[] = await page.evaluate(`(() => {
      const knob = document.querySelector("[role=switch] > *");
      return [knob.parentElement, knob].map((part) => {
        const { top, height } = part.getBoundingClientRect();
        return top + height / 2;
      });
    })()`);
    expect(middles[1]).toBeCloseTo(middles[0] ?? 0, 0);
    await context.close();
  });
});

it("a set-up link counts also where it is pasted into a page that is open", async () => {
  const product = await startProduct({ web: true });
  const browser = await launch();
  try {
    const { page } = await openPage(browser, product.url);
    await page.goto("/");
    const field = page.getByLabel(/token/i);
    await field.waitFor();
    expect(await field.inputValue()).toBe("");
    // As when it is pasted into the address bar: the page stays, only what stands behind # changes.
    await page.evaluate(`location.hash = "token=${product.setupToken}"`);
    await expect.poll(() => field.inputValue()).toBe(product.setupToken);
    expect(page.url()).not.toContain(product.setupToken ?? "");
  } finally {
    await browser.close();
    await product.stop();
  }
});
