import { join } from "node:path";
import { runningPostgresUrl } from "@holdfast/postgres";
import pg from "pg";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import { row, type Stage, setStage } from "../stage.ts";

const count = 100_000;

describe(`a folder of ${count} entries`, () => {
  let stage: Stage;
  let page: Page;
  const grid = () => page.getByRole("grid");
  const status = () =>
    page
      .getByText(`${count} items`, { exact: true })
      .or(page.getByText(`${count.toLocaleString("en")} items`, { exact: true }));

  beforeAll(async () => {
    stage = await setStage();
    const folder = await stage.call(createFolder, { body: { name: "Large" } });
    const file = await stage.put("0 template.txt", "the same content", folder.id);
    // One upload, and rows that refer to its content like copies do.
    const database = new pg.Client({
      connectionString: (await runningPostgresUrl(join(stage.product.dataDir, "postgres"))) ?? "",
    });
    await database.connect();
    await database.query(
      `insert into holdfast.files (id, space_id, parent_id, name, kind, file_type, file_size, content_id, version_id)
       select gen_random_uuid(), space_id, parent_id, 'entry ' || n || '.txt', kind, file_type, n, content_id, gen_random_uuid()
       from holdfast.files, generate_series(1, $2::int) n where id = $1`,
      [file.id, count - 1],
    );
    await database.query("analyze holdfast.files");
    await database.end();
    ({ page } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(() => stage?.end());

  it("shows its first rows at once, and all of it soon", async () => {
    const began = Date.now();
    await row(page, "Large").dblclick();
    await row(page, "entry 1.txt").waitFor();
    const first = Date.now() - began;
    await status().waitFor({ timeout: 60_000 });
    console.log(`first rows after ${first} ms, all ${count} after ${Date.now() - began} ms`);
    expect(await page.getByRole("row").count()).toBeLessThan(60);
    const height = (await page.evaluate("document.querySelector('[role=grid]').scrollHeight")) as number;
    expect(height).toBeGreaterThan(count * 40);
  });

  it("jumps to the end and back by the keys, and anywhere by the scrollbar", async () => {
    await grid().focus();
    await page.keyboard.press("End");
    await row(page, `entry ${count - 1}.txt`).waitFor();
    await page.keyboard.press("Home");
    await row(page, "0 template.txt").waitFor();
    await page.evaluate(
      "{ const grid = document.querySelector('[role=grid]'); grid.scrollTop = grid.scrollHeight / 2 }",
    );
    await row(page, `entry ${count / 2}.txt`).waitFor();
  });

  it("comes back to its place", async () => {
    await page.getByRole("link", { name: "Trash" }).click();
    await page.getByText("The trash is empty").waitFor();
    await page.goBack();
    await row(page, `entry ${count / 2}.txt`).waitFor();
  });

  it("filters without a request, finds by typing, and selects everything", async () => {
    await page.getByLabel("Filter this folder").fill("99998");
    await page.getByText("1 item", { exact: true }).waitFor();
    await row(page, "entry 99998.txt").waitFor();
    await page.getByLabel("Clear filter").click();
    await status().waitFor();
    await grid().focus();
    await page.keyboard.type("entry 77777");
    await row(page, "entry 77777.txt").waitFor();
    const began = Date.now();
    await page.keyboard.press("Control+a");
    await page.getByText(`${count} selected`).or(page.getByText("100,000 selected")).first().waitFor();
    console.log(`everything selected after ${Date.now() - began} ms`);
    await page.keyboard.press("Escape");
  });

  it("sorts by size without waiting for all", async () => {
    const began = Date.now();
    await page.getByRole("columnheader", { name: "Size" }).getByRole("button").click();
    await row(page, `entry ${count - 1}.txt`).waitFor();
    console.log(`sorted by size after ${Date.now() - began} ms`);
  });

  it("is copied after the answer: the page shows how far, and stops it", async () => {
    await page.goto(`${stage.url}/files`);
    await row(page, "Large").click();
    await page.keyboard.press("Control+c");
    await page.keyboard.press("Control+v");
    await page.getByText("Copying “Large”").waitFor();
    await page.getByText(/^[\d,]+ of 100,001 files and folders\./).waitFor({ timeout: 60_000 });
    const shots = process.env.HOLDFAST_SHOTS;
    if (shots) await page.screenshot({ path: join(shots, "copying.png") });
    // Nothing of it is seen before all of it is there.
    expect(await row(page, "Large (2)").count()).toBe(0);
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("The copy of “Large” was stopped, and nothing of it is left").waitFor({ timeout: 30_000 });
    expect(await row(page, "Large (2)").count()).toBe(0);
  });
});
