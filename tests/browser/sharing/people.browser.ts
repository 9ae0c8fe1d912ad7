import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { adminCreateUser, createFolder, createGrant, listGrants } from "../../../packages/contract/src/index.ts";
import { axeFindings } from "../axe.ts";
import { password, row, type Stage, setStage } from "../stage.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
vi.setConfig({ testTimeout: 180_000 });

let stage: Stage;
let bobId: string;
let folderId: string;
let otherId: string;
beforeAll(async () => {
  stage = await setStage();
  const body = { email: "bob@example.org", password, displayName: "Bob Baker" };
  bobId = (await stage.call(adminCreateUser, { body })).id;
  const parentId = (await stage.call(createFolder, { body: { name: "Secret plans" } })).id;
  folderId = (await stage.call(createFolder, { body: { name: "Holiday", parentId } })).id;
  otherId = (await stage.call(createFolder, { body: { name: "Inbox" } })).id;
  await stage.put("notes.txt", "Ferry at nine.", folderId);
});
afterAll(() => stage?.end());

async function openAs(email: string, options = {}) {
  const opened = await stage.open(options);
  await opened.page.goto("/sign-in");
  await opened.page.getByLabel("Email").fill(email);
  await opened.page.getByLabel("Password", { exact: true }).fill(password);
  await opened.page.getByRole("button", { name: "Sign in" }).click();
  await opened.page.waitForURL("**/files");
  return opened;
}
const give = (fileId: string, role: "editor" | "viewer" | "uploader") =>
  stage.call(createGrant, { params: { id: fileId }, body: { granteeType: "user", granteeId: bobId, role } });
const shared = (page: Page, name: string) =>
  page.getByRole("list", { name: "Shared with me" }).getByRole("button", { name: new RegExp(`^${name}`) });

it("a folder is shared with somebody found by typing, they work in it, and it vanishes when that ends", async () => {
  const { page, quiet } = await openAs("ada@example.org");
  const bob = await openAs("bob@example.org");
  await bob.page.goto("/shared");
  await bob.page.getByText("Nothing shared with you yet").waitFor();

  await page.goto(`/files/${folderId}`);
  await page.getByRole("link", { name: "Secret plans" }).click();
  await row(page, "Holiday").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("ada (you)").waitFor();
  await dialog.getByRole("combobox", { name: "Add people or groups" }).fill("bak");
  await dialog.getByRole("option", { name: /Bob Baker/ }).waitFor();
  await page.keyboard.press("Enter");
  await dialog.getByRole("combobox", { name: "Role" }).click();
  await page.getByRole("option", { name: /^Editor/ }).waitFor();
  await page.getByRole("option", { name: /^Editor/ }).click();
  await dialog.getByLabel("Message (optional)").fill("For our trip");
  await dialog.getByRole("button", { name: "Share with Bob Baker" }).click();
  await dialog.getByRole("combobox", { name: "Role of Bob Baker" }).waitFor();
  await dialog.getByRole("button", { name: "Create link and copy it" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);

  // Their open page hears of it.
  await shared(bob.page, "Holiday").waitFor();
  await bob.page.getByText("Owner: ada").waitFor();
  expect(await axeFindings(bob.page)).toEqual([]);
  await shared(bob.page, "Holiday").click();
  await row(bob.page, "notes.txt").waitFor();
  await bob.page.getByRole("link", { name: "Shared by ada" }).waitFor();
  expect(await bob.page.content()).not.toContain("Secret plans");
  const chooser = bob.page.waitForEvent("filechooser");
  await bob.page.getByRole("button", { name: "New", exact: true }).click();
  await bob.page.getByRole("menuitem", { name: "Upload files" }).click();
  await (await chooser).setFiles({ name: "by bob.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
  await row(bob.page, "by bob.txt").waitFor();

  await dialog.getByRole("button", { name: "Actions for Bob Baker" }).click();
  await page.getByRole("menuitem", { name: "Remove access" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove access" }).click();
  await bob.page.getByRole("heading", { name: "Folder not found" }).waitFor();
  await bob.page.goto("/shared");
  await bob.page.getByText("Nothing shared with you yet").waitFor();
  expect([...quiet(), ...bob.quiet()]).toEqual([]);
});

it("what a role does not allow is not offered, by menu or by key", async () => {
  await give(folderId, "viewer");
  const { page } = await openAs("bob@example.org");
  await page.goto(`/files/${folderId}`);
  const notes = row(page, "notes.txt");
  await notes.waitFor();
  await page.getByRole("link", { name: "Shared by ada" }).waitFor();
  expect(await page.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
  await notes.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Download" }).waitFor();
  for (const name of ["Rename", "Move to…", "Move to trash", "Share"])
    expect(await page.getByRole("menuitem", { name, exact: true }).count()).toBe(0);
  await page.getByRole("menuitem", { name: "Details" }).click();
  const details = page.getByRole("dialog");
  await details.getByText("Viewer").waitFor();
  await details.getByText("ada", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await notes.click();
  await page.keyboard.press("Delete");
  await page.keyboard.press("F2");
  expect(await page.getByRole("textbox", { name: "New name" }).count()).toBe(0);
  await notes.waitFor();
  await notes.click({ button: "right" });
  await page.getByRole("menuitem", { name: "Who has access" }).click();
  await page.getByRole("dialog").getByText("Bob Baker (you)").waitFor();
  expect(await page.getByRole("dialog").getByRole("combobox").count()).toBe(0);
});

it("an uploader adds on a phone and sees their own, hides and leaves", async () => {
  await give(otherId, "uploader");
  await stage.put("from ada.txt", "x", otherId);
  const { page } = await openAs("bob@example.org", phone);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Shared" }).tap();
  await shared(page, "Inbox").waitFor();
  await shared(page, "Inbox").tap();
  await page.getByText("You can add files here").waitFor();
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Upload files" }).tap();
  await (await chooser).setFiles({ name: "mine.txt", mimeType: "text/plain", buffer: Buffer.from("hello") });
  await row(page, "mine.txt").waitFor();
  expect(await row(page, "from ada.txt").count()).toBe(0);
  await page.goto("/shared");
  await page.getByRole("button", { name: "Actions for Inbox" }).tap();
  await page.getByRole("menuitem", { name: "Hide from this list" }).tap();
  await shared(page, "Inbox").waitFor({ state: "hidden" });
  await page.getByRole("combobox", { name: "Show" }).tap();
  await page.getByRole("option", { name: "Hidden" }).tap();
  await page.getByRole("button", { name: "Actions for Inbox" }).tap();
  await page.getByRole("menuitem", { name: "Leave" }).tap();
  await page.getByRole("alertdialog").getByRole("button", { name: "Leave" }).tap();
  await page.getByText("Nothing hidden").waitFor();
  const { items } = await stage.call(listGrants, { params: { id: otherId } });
  expect(items).toEqual([]);
});

it("a folder gets access of its own", async () => {
  await give(folderId, "viewer");
  const { page } = await openAs("ada@example.org", { colorScheme: "dark" });
  await page.goto(`/files/${folderId}`);
  await page.getByRole("link", { name: "Secret plans" }).click();
  await row(page, "Holiday").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Share", exact: true }).click();
  const dialog = page.getByRole("dialog");
  const inherit = dialog.getByRole("switch", { name: "Access from folders above" });
  await inherit.click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Turn off" }).click();
  await page.getByText("Only people who are added here have access now").waitFor();
  expect(await inherit.getAttribute("aria-checked")).toBe("false");
  expect((await stage.call(listGrants, { params: { id: folderId } })).inherits).toBe(false);
});
