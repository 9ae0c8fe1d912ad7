import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listAccessTokens } from "../../../packages/contract/src/index.ts";
import { runningPostgresUrl } from "../../../packages/postgres/src/index.ts";
import { password, type Stage, setStage } from "../stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.end());

/** As if every sign-in was an hour ago. */
async function age(): Promise<void> {
  const folder = join(stage.product.dataDir, "postgres");
  const database = new pg.Client({ connectionString: (await runningPostgresUrl(folder)) ?? "" });
  await database.connect();
  await database.query("update auth.mfa_amr_claims set updated_at = now() - interval '1 hour'");
  await database.end();
}

test("an old session is asked who it is, once, and what was refused happens then", async () => {
  const { page, context } = await stage.open();
  await stage.signIn(page);
  await page.goto(`${stage.url}/account`);
  await age();
  await page.getByRole("button", { name: "New token" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("a script");
  await page.getByRole("button", { name: "Create" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await dialog.getByLabel("Current password").fill("wrong");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.getByText("The current password is wrong.").waitFor();
  await dialog.getByLabel("Current password").fill(password);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await dialog.waitFor({ state: "hidden" });
  await expect
    .poll(async () => (await stage.call(listAccessTokens, {})).items.map(({ name }) => name))
    .toEqual(["a script"]);
  await context.close();
});

test("who dismisses the question changes nothing, and is told why", async () => {
  const { page, context } = await stage.open({ viewport: { width: 390, height: 844 } });
  await stage.signIn(page);
  await age();
  await page.goto(`${stage.url}/account`);
  await page.getByRole("button", { name: "Set up an app" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await dialog.getByLabel("Current password").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  const alert = page.getByRole("alert").filter({ hasText: "Confirm that it is you first" });
  await alert.waitFor();
  expect(await alert.textContent()).not.toContain("/api/");
  await context.close();
});

test("the recovery kit is given to who has just shown who they are", async () => {
  const { page, context } = await stage.open();
  await stage.signIn(page);
  await age();
  await page.goto(`${stage.url}/admin/backups`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    (async () => {
      await page.getByRole("button", { name: "Download recovery kit" }).first().click();
      const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
      await dialog.getByLabel("Current password").fill(password);
      await dialog.getByRole("button", { name: "Confirm" }).click();
    })(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toContain("HOLDFAST RECOVERY KIT");
  await context.close();
});
