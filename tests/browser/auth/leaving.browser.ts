import { afterAll, beforeAll, expect, test } from "vitest";
import { createShare, createSpace } from "../../../packages/contract/src/index.ts";
import { type Stage, setStage } from "../stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage({ SIGNUP: "open" });
});
afterAll(() => stage?.end());

test("who deletes their account is shown what ends with it", { timeout: 120_000 }, async () => {
  const file = await stage.put("kept.txt", "x");
  await stage.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
  await stage.call(createSpace, { body: { name: "Choir" } });
  const { page, quiet } = await stage.open({ viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await stage.signIn(page);
  await page.goto(`${stage.url}/account`);
  await page.getByRole("button", { name: "Delete my account" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("1 file or folder is deleted.").waitFor();
  await dialog.getByText("1 link stops working.").waitFor();
  await dialog.getByText("Nobody else manages Choir.").waitFor();
  if (process.env.HOLDFAST_SCREENSHOT) await page.screenshot({ path: process.env.HOLDFAST_SCREENSHOT });
  expect(quiet()).toEqual([]);
});
