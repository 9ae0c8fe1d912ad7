import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createShare } from "../../../packages/contract/src/index.ts";
import { axeFindsNothing } from "../axe.ts";
import { email, type Stage, setStage } from "../stage.ts";

let stage: Stage;
let page: Page;
let quiet: () => string[];
beforeAll(async () => {
  stage = await setStage();
  const file = await stage.put("report.pdf", "bytes");
  await stage.put("notes.txt", "bytes");
  const { token } = await stage.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
  await (await fetch(`${stage.url}/api/v1/public/shares/${token}/content`)).arrayBuffer();
  ({ page, quiet } = await stage.open());
  await stage.signIn(page);
  // What is read is written within a second.
  await page.waitForTimeout(1_500);
});
afterAll(() => stage?.end());

const lines = () => page.getByRole("list", { name: "Access log" }).getByRole("listitem");
const line = (text: string) => lines().filter({ hasText: text });

it("says who did what, and narrows by what is clicked", async () => {
  await page.getByRole("link", { name: "Administration" }).click();
  await page.getByRole("link", { name: "Access log" }).click();
  await line(`${email} uploaded report.pdf`).waitFor();
  await line("Someone with a link downloaded report.pdf").waitFor();
  await line(`${email} signed in`).first().waitFor();
  await line("uploaded report.pdf").getByRole("button", { name: "report.pdf" }).click();
  await line("uploaded notes.txt").waitFor({ state: "detached" });
  await line("downloaded report.pdf").waitFor();
  expect(page.url()).toContain("target=");
  // The address says it, so a reload keeps it.
  await page.reload();
  await line("downloaded report.pdf").waitFor();
  expect(await line("notes.txt").count()).toBe(0);
  await page.getByRole("button", { name: "Remove the filter On report.pdf" }).click();
  await line("uploaded notes.txt").waitFor();
  await axeFindsNothing(page, "access log");
});

it("is searched by words, kind, address and user", async () => {
  await page.goto("/admin/access-log");
  await page.getByLabel("Name, user or action").fill("notes");
  await page.keyboard.press("Enter");
  await line("report.pdf").first().waitFor({ state: "detached" });
  await line("uploaded notes.txt").waitFor();
  await page.getByLabel("Name, user or action").fill("");
  await page.keyboard.press("Enter");
  await page.getByLabel("Kind").click();
  await page.getByRole("option", { name: "Downloads and views" }).click();
  await line("uploaded").first().waitFor({ state: "detached" });
  await line("downloaded report.pdf").waitFor();
  await page.getByLabel("Address or network").fill("198.51.100.0/24");
  await page.keyboard.press("Enter");
  await page.getByText("No entries found").waitFor();
  await axeFindsNothing(page, "nothing found");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await line("uploaded notes.txt").waitFor();
  await page.getByRole("button", { name: "User", exact: true }).click();
  await page.getByLabel("Name or email address").fill("ada");
  await page.getByRole("dialog").getByRole("button", { name: email }).click();
  await line("Someone with a link").first().waitFor({ state: "detached" });
  await line("uploaded notes.txt").waitFor();
  await page.getByLabel("Address or network").fill("nonsense");
  await page.keyboard.press("Enter");
  await page.getByText("must be an address such as 192.0.2.7").waitFor();
});

it("shows all of an entry, and is taken away as a file", async () => {
  await page.goto("/admin/access-log");
  await line("uploaded notes.txt").getByRole("button", { name: "Details" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("file.upload").waitFor();
  await dialog.getByText("127.0.0.1").waitFor();
  await axeFindsNothing(page, "details");
  await dialog.getByRole("button", { name: "Only this item" }).click();
  await dialog.waitFor({ state: "detached" });
  await line("report.pdf").first().waitFor({ state: "detached" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CSV", exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^holdfast-access-log-.*\.csv$/);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  expect(text).toContain(",notes.txt,");
  expect(text).not.toContain("report.pdf");
});

it("shows people their own activity", async () => {
  await page.goto("/account");
  const section = page.getByRole("region", { name: "Your activity" });
  await section.getByText("You uploaded notes.txt").waitFor();
  expect(quiet()).toEqual([]);
});
