import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { listVersions } from "../../../packages/contract/src/index.ts";
import { axeFindings } from "../axe.ts";
import { type Stage, setStage } from "../stage.ts";

vi.setConfig({ testTimeout: 120_000 });

let stage: Stage;
let id: string;
beforeAll(async () => {
  stage = await setStage();
  for (const text of ["one", "two, longer", "three"]) {
    ({ id } = await stage.put("report.txt", text, undefined, "replace"));
  }
});
afterAll(() => stage?.end());

const kept = async () => (await stage.call(listVersions, { params: { id } })).items.map(({ fileSize }) => fileSize);

it("the details say what earlier versions hold, and delete one or all of them when asked twice", async () => {
  const { page, context } = await stage.open();
  await stage.signIn(page);
  await page.getByRole("button", { name: "Actions for report.txt" }).click();
  await page.getByRole("menuitem", { name: "Details" }).click();
  const details = page.getByRole("dialog", { name: "Details" });
  await details.getByText("2 earlier, 14 B in all").waitFor();
  expect(await axeFindings(page)).toEqual([]);

  await details.getByRole("button", { name: "Delete this version" }).first().click();
  await page.getByText(/The version of .* \(11 B\) is permanently deleted/).waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(await kept()).toEqual([5, 11, 3]);
  await details.getByRole("button", { name: "Delete this version" }).first().click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete this version" }).click();
  await details.getByText("1 earlier, 3 B").waitFor();
  expect(await kept()).toEqual([5, 3]);

  await details.getByRole("button", { name: "Delete earlier versions" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete earlier versions" }).click();
  await page.getByText("Earlier versions deleted, 3 B freed").waitFor();
  expect(await kept()).toEqual([5]);
  expect(await details.getByRole("button", { name: "Delete this version" }).count()).toBe(0);
  await context.close();
});
