import { join } from "node:path";
import { runningPostgresUrl } from "@holdfast/postgres";
import pg from "pg";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { seedStatistics } from "../../support/operate/seed-statistics.ts";
import { axeFindsNothing } from "../axe.ts";
import { type Stage, setStage } from "../stage.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

let stage: Stage;
let pool: pg.Pool;
let page: Page;
let quiet: () => string[];
beforeAll(async () => {
  stage = await setStage();
  const url = await runningPostgresUrl(join(stage.product.dataDir, "postgres"));
  pool = new pg.Pool({ connectionString: url as string, max: 2 });
  // The pool is ended after the product, whose database goes first.
  pool.on("error", () => {});
  ({ page, quiet } = await stage.open({ reducedMotion: "reduce" }));
  page.setDefaultTimeout(30_000);
  await stage.signIn(page);
});
afterAll(async () => {
  await pool?.end();
  await stage?.end();
});

const chart = (title: string) => page.getByRole("region", { name: title, exact: true });
/** How much of a chart is painted in something else than the colour of what is behind it, in pixels. */
const painted = (title: string) =>
  chart(title)
    .locator("canvas")
    .evaluate((canvas: any) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let colored = 0;
      for (let at = 0; at < data.length; at += 4) {
        const [red, green, blue, alpha] = data.slice(at, at + 4);
        if (alpha > 60 && Math.max(red, green, blue) - Math.min(red, green, blue) > 40) colored++;
      }
      return colored;
    }) as Promise<number>;

describe("the overview", () => {
  it("stands on a server that has just begun, and says what it lacks", async () => {
    await page.goto("/admin");
    await page.getByRole("heading", { name: /problems? needs? attention/ }).waitFor();
    await page.getByText("There is no backup of the server yet").waitFor();
    await chart("Requests").locator("canvas").waitFor();
    await axeFindsNothing(page, "new overview");
  });

  it("draws ninety days, each chart with a sentence and a table", async () => {
    for (const [kept, days] of [
      ["minutes", 2],
      ["hours", 15],
      ["days", 181],
    ] as const)
      await seedStatistics(pool, kept, days);
    await page.goto("/admin");
    await page.getByRole("radio", { name: "90 days" }).check();
    await page.getByText(/at most .* in a day/).waitFor();
    const titles = [
      "Requests",
      "Response times",
      "Errors",
      "Data transferred",
      "Storage",
      "Database size",
      "Database connections",
      "Jobs",
      "Sign-ins",
      "Memory",
    ];
    for (const title of titles) {
      await expect.poll(() => painted(title), { message: title }).toBeGreaterThan(100);
      const table = chart(title).getByRole("button", { name: `${title} as a table` });
      await table.click();
      // Today and the ninety days before it, and the head.
      expect(await chart(title).getByRole("row").count(), title).toBeGreaterThanOrEqual(91);
      await table.click();
    }
    const label = await chart("Response times").getByRole("img").getAttribute("aria-label");
    expect(label).toMatch(/Half of all answers began within [\d.]+ m?s, 95% within/);
    await axeFindsNothing(page, "full overview");
  });

  it("says what each operation took, the busiest first, and all of them when asked", async () => {
    const table = page.getByRole("region", { name: "By operation" }).first();
    const names = () => table.getByRole("rowheader").allInnerTexts();
    expect((await names()).length).toBe(10);
    expect((await names())[0]).toBe("listFiles");
    await table.getByRole("button", { name: /^Show all/ }).click();
    expect((await names()).length).toBeGreaterThanOrEqual(20);
  });

  it("names what needs attention", async () => {
    await pool.query(
      "insert into holdfast.alerts (id, kind, subject, severity, title) values (holdfast.uuid7(), 'test', 'x', 'warning', 'The cellar is wet.')",
    );
    await page.reload();
    await page.getByRole("heading", { name: /problems need attention/ }).waitFor();
    await page.getByText("The cellar is wet.").waitFor();
    await pool.query("delete from holdfast.alerts");
  });

  it("says what is missing where the statistics cannot be read", async () => {
    await page.route("**/api/v1/admin/stats/traffic*", (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        json: { status: 500, code: "internal", title: "", detail: "This was made to fail.", requestId: "r" },
      }),
    );
    await page.reload();
    await page.getByRole("heading", { name: "Statistics not loaded" }).waitFor();
    await page.unrouteAll();
  });
});

describe("the storage page", () => {
  it("is empty until the first measurement, which is a button away", async () => {
    await page.goto("/admin/storage");
    await page.getByText("Not measured yet").waitFor();
    await axeFindsNothing(page, "storage not measured");
    await stage.put("holiday.jpg", new Uint8Array(300_000).fill(7));
    await stage.put("twin.jpg", new Uint8Array(300_000).fill(7));
    await page.getByRole("button", { name: "Measure now" }).click();
    await page.getByText("600 KB").first().waitFor();
    await page.getByText("300 KB less, as equal parts are stored once").waitFor();
    await page.getByText("Not enough data yet: 1 of 7 days.").waitFor();
    expect(await page.getByText("holiday.jpg").count()).toBe(0);
    await axeFindsNothing(page, "storage measured");
  });

  it("empties the trash of a chosen age once somebody has said yes", async () => {
    const file = await stage.put("old.bin", new Uint8Array(50_000));
    await pool.query("update holdfast.files set trashed_at = now() - interval '10 days' where id = $1", [file.id]);
    await page.getByRole("button", { name: "Measure now" }).click();
    await page.getByText("1 file, deleted for good.").waitFor();
    await page.getByRole("button", { name: "Empty trash" }).click();
    const question = page.getByRole("alertdialog");
    await question.getByRole("button", { name: "Cancel" }).click();
    await question.waitFor({ state: "hidden" });
    expect((await pool.query("select purged_at from holdfast.files where id = $1", [file.id])).rows).toEqual([
      { purged_at: null },
    ]);
    await page.getByRole("button", { name: "Empty trash" }).click();
    await question.getByRole("button", { name: "Empty trash" }).click();
    await page.getByText("Cleaning has begun.").waitFor();
    await expect
      .poll(async () => (await pool.query("select from holdfast.files where id = $1", [file.id])).rowCount, {
        timeout: 20_000,
      })
      .toBe(0);
  });
});

it("said nothing wrong in the console all the while", () => expect(quiet()).toEqual([]));
