import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

/** What a person does shows at once, and stays while the server takes its time and the folder is read again meanwhile. */
describe("a server that takes its time", () => {
  let stage: Stage;
  let page: Page;
  let answers: { wait: Promise<void>; come: () => void };
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answers = { wait: promise, come: resolve };
  };
  /** Something else changes in the folder, so that the page reads it again. */
  const readAgain = async (name: string) => {
    await stage.put(name, name);
    await row(page, name).waitFor();
  };
  const choose = (name: string) => row(page, name).getByText(name).click();

  beforeAll(async () => {
    stage = await setStage();
    await stage.call(createFolder, { body: { name: "Archive" } });
    for (const name of ["alpha.txt", "beta.txt", "delta.txt", "gamma.txt"]) await stage.put(name, name);
    ({ page } = await stage.open());
    await stage.signIn(page);
    await row(page, "alpha.txt").waitFor();
    await page.route("**/api/v1/files/**", async (route) => {
      if (route.request().method() !== "GET") await answers.wait;
      await route.continue();
    });
  });
  afterAll(() => stage?.end());

  it("keeps a new name, and shows a preview under it", async () => {
    hold();
    await choose("beta.txt");
    await page.keyboard.press("F2");
    await page.getByLabel("New name").waitFor();
    await page.keyboard.type("better");
    await page.keyboard.press("Enter");
    await row(page, "better.txt").waitFor();
    await readAgain("another.txt");
    expect(await row(page, "beta.txt").count()).toBe(0);
    await choose("alpha.txt");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.evaluate("document.activeElement?.getAttribute('role')")).toBe("dialog");
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("button", { name: "Next" }).click();
    await page.getByRole("dialog", { name: "better.txt" }).waitFor();
    answers.come();
    await page.keyboard.press("Escape");
    await row(page, "better.txt").waitFor();
  });

  it("keeps what is moved or thrown away out of sight", async () => {
    hold();
    await choose("delta.txt");
    await page.keyboard.press("Delete");
    await row(page, "delta.txt").waitFor({ state: "detached" });
    await row(page, "gamma.txt").dragTo(row(page, "Archive"));
    await row(page, "gamma.txt").waitFor({ state: "detached" });
    await readAgain("third.txt");
    expect(await row(page, "delta.txt").count()).toBe(0);
    expect(await row(page, "gamma.txt").count()).toBe(0);
    answers.come();
    await page.getByText("“delta.txt” moved to the trash").waitFor();
    await page.getByText("1 item moved to “Archive”").waitFor();
  });

  it("takes a new name back when the server refuses it", async () => {
    hold();
    await choose("third.txt");
    await page.keyboard.press("F2");
    await page.getByLabel("New name").fill("a/b.txt");
    await page.keyboard.press("Enter");
    await row(page, "a/b.txt").waitFor();
    await readAgain("fourth.txt");
    answers.come();
    // In the field again, with the reason.
    const field = page.getByLabel("New name");
    await field.waitFor();
    expect(await field.inputValue()).toBe("a/b.txt");
    await page.getByRole("alert").filter({ hasText: "slash" }).waitFor();
    await page.keyboard.press("Escape");
    await row(page, "third.txt").waitFor();
    expect(await row(page, "a/b.txt").count()).toBe(0);
  });
});
