import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong, one line each: WCAG 2.2 AA with its best practices. Waits until nothing fades: colours in the middle are nobody's. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.waitForTimeout(300);
  await page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))");
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary?.split("\n")[1] ?? ""}`),
  );
}

const everyLook = [
  { colorScheme: "light", width: 1280 },
  { colorScheme: "dark", width: 390 },
  { colorScheme: "dark", width: 1280 },
  { colorScheme: "light", width: 390 },
] as const;

/** Light on a desktop and dark on a phone, so that each colour and each width is seen; `HOLDFAST_AXE=all` takes each with each. */
export const looks = process.env.HOLDFAST_AXE === "all" ? everyLook : everyLook.slice(0, 2);

/** Asserts that axe finds nothing in any of the looks, and that nothing is wider than the window. */
export async function axeFindsNothing(page: Page, where = ""): Promise<void> {
  const before = page.viewportSize();
  for (const { colorScheme, width } of looks) {
    await page.setViewportSize({ width, height: 800 });
    expect(await page.evaluate("document.documentElement.scrollWidth"), where).toBeLessThanOrEqual(width);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    // On a busy machine the colours of the other theme arrive one after another.
    await expect
      .poll(() => axeFindings(page), { timeout: 20_000, message: `${where} ${width} ${colorScheme}` })
      .toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
