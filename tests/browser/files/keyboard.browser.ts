import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

/** Not one click: everything by keys. */
describe("the keyboard alone", () => {
  let stage: Stage;
  let page: Page;
  const active = () =>
    page.evaluate(
      `document.activeElement?.getAttribute("role") + ":" + (document.getElementById(document.activeElement?.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "")`,
    ) as Promise<string>;
  const focusedRole = () => page.evaluate("document.activeElement?.getAttribute('role')");
  /** What is typed goes where the focus is, and a layer takes it one frame after it is there. */
  const layer = async (role: string) => {
    await page.getByRole(role as "menu").waitFor();
    await expect.poll(focusedRole).toBe(role);
  };
  const selected = () => page.getByRole("row", { selected: true }).count();
  const tabTo = async (wanted: RegExp) => {
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press("Tab");
      const name = (await page.evaluate(
        `((e) => e.getAttribute("role") + " " + (e.getAttribute("aria-label") ?? e.textContent))(document.activeElement)`,
      )) as string;
      if (wanted.test(name)) return;
    }
    throw new Error(`Tab never came to ${wanted}`);
  };

  beforeAll(async () => {
    stage = await setStage();
    const folder = await stage.call(createFolder, { body: { name: "Archive" } });
    await stage.put("inside.txt", "inside", folder.id);
    for (const name of ["alpha.txt", "beta.txt", "delta.txt", "gamma 1.txt", "gamma 2.txt"])
      await stage.put(name, name);
    ({ page } = await stage.open());
  });
  afterAll(() => stage?.end());

  it("signs in", async () => {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await page.keyboard.type("ada@example.org");
    await page.keyboard.press("Tab");
    await page.keyboard.type("correct horse battery");
    await page.keyboard.press("Enter");
    await row(page, "alpha.txt").waitFor();
  });

  it("skips to the content, and reaches the files as one stop", async () => {
    await tabTo(/^grid /);
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toContain("Archive");
  });

  it("walks, types ahead, and selects ranges and everything", async () => {
    await page.keyboard.press("ArrowDown");
    await expect.poll(active).toContain("alpha.txt");
    await page.keyboard.type("gamma 2");
    await expect.poll(active).toContain("gamma 2.txt");
    await page.keyboard.press("Home");
    await page.keyboard.press("Shift+ArrowDown");
    await page.keyboard.press("Shift+ArrowDown");
    await expect.poll(selected).toBe(3);
    await page.keyboard.press("Control+a");
    await expect.poll(selected).toBe(6);
    await page.keyboard.press("Escape");
    await expect.poll(selected).toBe(0);
    await page.keyboard.press("End");
    await expect.poll(active).toContain("gamma 2.txt");
  });

  it("opens a folder, goes up, and comes back", async () => {
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await row(page, "inside.txt").waitFor();
    await expect.poll(focusedRole).toBe("grid");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Backspace");
    await row(page, "alpha.txt").waitFor();
    await expect.poll(focusedRole).toBe("grid");
  });

  it("renames, and keeps the focus in the list", async () => {
    await page.keyboard.type("beta");
    await page.keyboard.press("F2");
    await page.getByLabel("New name").waitFor();
    await page.keyboard.type("better");
    await page.keyboard.press("Enter");
    await row(page, "better.txt").waitFor();
    await expect.poll(focusedRole).toBe("grid");
  });

  it("opens the menu, a dialog from it, and returns", async () => {
    await page.keyboard.type("delta");
    await page.keyboard.press("Shift+F10");
    await layer("menu");
    await page.keyboard.type("Det");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Details" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(focusedRole).toBe("grid");
  });

  it("moves by the dialog's tree", async () => {
    await page.keyboard.press("Shift+F10");
    await layer("menu");
    await page.keyboard.type("Move to…");
    await page.keyboard.press("Enter");
    await page.getByRole("treeitem", { name: "Archive" }).waitFor();
    await expect.poll(focusedRole).toBe("dialog");
    await tabTo(/^treeitem Files/);
    await page.keyboard.press("ArrowDown");
    await tabTo(/Move here/);
    await page.keyboard.press("Enter");
    await row(page, "delta.txt").waitFor({ state: "detached" });
  });

  it("previews and walks on with the arrows", async () => {
    await expect.poll(focusedRole).toBe("grid");
    await page.keyboard.type("alpha");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "alpha.txt" }).waitFor();
    await expect.poll(focusedRole).toBe("dialog");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("dialog", { name: "better.txt" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await expect.poll(active).toContain("better.txt");
  });

  // Results come while one types: on a slow machine the list once ended with nothing selected, and Enter did nothing.
  it.each([1, 4, 4, 4, 8])("finds a file by the palette, on a machine %d times slower", async (rate) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate });
    await page.keyboard.press("Control+k");
    await layer("combobox");
    await page.keyboard.type("inside");
    await page.getByRole("option", { name: /inside\.txt/, selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "inside.txt" }).waitFor();
    await page.keyboard.press("Escape");
    await row(page, "inside.txt").waitFor();
    await expect.poll(() => page.getByRole("dialog").count()).toBe(0);
    await devtools.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    await devtools.detach();
  });
});
