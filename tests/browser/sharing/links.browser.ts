import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createFolder, createShare, listFiles, type Share } from "../../../packages/contract/src/index.ts";
import { axeFindings } from "../axe.ts";
import { type Stage, setStage } from "../stage.ts";

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
/** The smallest PNG. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
// Each of these opens several pages, and on a busy machine a page takes seconds.
vi.setConfig({ testTimeout: 180_000 });

let stage: Stage;
let folderId: string;
let pictureId: string;

beforeAll(async () => {
  stage = await setStage();
  folderId = (await stage.call(createFolder, { body: { name: "Holiday" } })).id;
  pictureId = (await stage.put("beach.png", pixel, folderId)).id;
  await stage.put("notes.txt", "Ferry at nine.", folderId);
  await stage.put("rtl\u202egpj.exe", "no picture", folderId);
});
afterAll(() => stage?.end());

type Limits = { maxDownloads?: number; password?: string; allowUpload?: boolean; label?: string; message?: string } & {
  maxFiles?: number;
  maxBytes?: number;
  maxFileSize?: number;
};
const share = (fileId: string, limits: Limits = {}): Promise<Share> =>
  stage.call(createShare, { body: { fileId, linkType: "permanent", ...limits } });
const visit = async ({ token }: Share, options?: BrowserContextOptions) => {
  const { page, context } = await stage.open(options);
  await page.goto(`/s/${token}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return { page, context };
};
const download = async (page: Page, name: string | RegExp) => {
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name }).click();
  await (await download).path();
};
it.each([
  ["desktop", {}],
  ["phone", phone],
])("a picture is looked at, reloaded and enlarged, and can still be downloaded once (%s)", async (_name, options) => {
  const link = await share(pictureId, { maxDownloads: 1 });
  const { page, context } = await visit(link, options);
  const picture = page.getByRole("img", { name: "beach.png" });
  const shown = async () => {
    await picture.waitFor();
    expect(await picture.evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth)).toBe(1);
  };
  await shown();
  for (let i = 0; i < 3; i++) {
    await page.reload();
    await shown();
  }
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByRole("dialog", { name: "beach.png" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("1 download left").waitFor();
  await page.getByText("Previews do not count, downloads do.").waitFor();
  await download(page, "Download");

  // The page learns of it, and this browser may try again.
  await page.getByText("Limit reached").waitFor();
  await page.reload();
  await download(page, "Download again");
  expect(await axeFindings(page)).toEqual([]);

  const other = await visit(link, options);
  await other.page.getByText("Limit reached").waitFor();
  await other.page.getByText("Ask ada for a new link").waitFor();
  expect(await other.page.getByRole("link", { name: /Download/ }).count()).toBe(0);
  expect(await other.page.getByRole("button", { name: "Preview" }).count()).toBe(0);
  expect(await other.page.getByRole("img", { name: "beach.png" }).count()).toBe(0);
  expect(await axeFindings(other.page)).toEqual([]);
  await other.context.close();
  await context.close();
});

it("a used-up folder shows its names, and offers what this browser had", async () => {
  const link = await share(folderId, { maxDownloads: 1 });
  const { page, context } = await visit(link);
  await download(page, "Download notes.txt");
  await page.getByText("Limit reached").waitFor();
  expect(await page.getByRole("link", { name: /^Download/ }).count()).toBe(1);
  await download(page, "Download notes.txt");

  const other = await visit(link);
  await other.page.getByText("Limit reached").waitFor();
  await other.page.getByText("beach.png").click();
  expect(await other.page.getByRole("dialog").count()).toBe(0);
  expect(await other.page.getByRole("link", { name: /^Download/ }).count()).toBe(0);
  expect(await axeFindings(other.page)).toEqual([]);
  await other.context.close();
  await context.close();
});

it("a preview that is no longer left says so, in place of an empty viewer", async () => {
  const text = await stage.put("much read.txt", "text");
  const link = await share(text.id, { maxDownloads: 1 });
  const at = `${stage.url}/api/v1/public/shares/${link.token}/content?disposition=inline`;
  for (let i = 0; i < 13; i++) expect((await fetch(at)).status).toBe(200);
  const { page, context } = await visit(link);
  await page.getByRole("button", { name: "Preview" }).click();
  await page.getByText("No previews left for this file").waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  await download(page, "Download");
  await context.close();
});

it("a folder says how much there is, what the sender says, and what a name hides", async () => {
  const { page, context } = await visit(await share(folderId, { message: "Take what you like." }));
  await page.getByText("3 files · 94 B").waitFor();
  await page.getByText("Take what you like.").waitFor();
  await page.getByText("rtl⟨U+202E⟩gpj.exe").waitFor();
  await page.getByRole("link", { name: "Download rtl⟨U+202E⟩gpj.exe" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await context.close();
});

it("a password is asked for in the sender's name", async () => {
  const { page, context } = await visit(await share(pictureId, { password: "sesame", message: "For you" }));
  await page.getByRole("heading", { name: "Enter the password" }).waitFor();
  await page.getByText("ada shares this with a password. If you do not have it, ask the sender.").waitFor();
  expect(await page.getByText("For you").count()).toBe(0);
  expect(await page.content()).not.toContain("beach.png");
  await context.close();
});

it("a file request takes a name and a message, and the owner reads them", async () => {
  const inbox = await stage.call(createFolder, { body: { name: "Inbox" } });
  const { page, context } = await visit(
    await share(inbox.id, { allowUpload: true, message: "The signed forms, please." }),
  );
  await page.getByText("The signed forms, please.").waitFor();
  await page.getByLabel("Your name").fill("Ann");
  await page.getByLabel("Message").fill("As agreed");
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "form.txt", mimeType: "text/plain", buffer: Buffer.from("signed") });
  await page.getByText("1 file sent").waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await context.close();

  const owner = await stage.open();
  await stage.signIn(owner.page);
  await owner.page.goto("/shares");
  await owner.page.getByRole("button", { name: /^Inbox/ }).click();
  await expect
    .poll(async () => {
      await owner.page.reload();
      await owner.page.getByRole("button", { name: /^Inbox/ }).click();
      await owner.page.getByText("Uploaded").waitFor({ timeout: 3000 });
      return owner.page.getByText("from Ann · As agreed").count();
    })
    .toBe(1);
  await owner.context.close();
});

it("a file request waits for the network, says why a file was refused, and sends it again when asked", async () => {
  const inbox = await stage.call(createFolder, { body: { name: "Waiting" } });
  const { page, context } = await visit(await share(inbox.id, { allowUpload: true }));
  const choose = (name: string) =>
    page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(name) });
  await context.setOffline(true);
  await choose("early.txt");
  await page.getByText("early.txt").waitFor();
  expect(await page.getByText("1 file sent").count()).toBe(0);
  await context.setOffline(false);
  await page.getByText("1 file sent").waitFor();

  const problem = { status: 507, code: "disk_full", title: "", detail: "The disk is full.", requestId: "r", type: "" };
  await page.route("**/api/v1/public/shares/*/files?*", (route) => route.fulfill({ status: 507, json: problem }));
  await choose("late.txt");
  await page.getByText("The disk is full.").waitFor();
  await page.unrouteAll();
  await page.getByRole("button", { name: "Send late.txt again" }).click();
  await page.getByText("2 files sent").waitFor();
  await context.close();
  const { items } = await stage.call(listFiles, { query: { parentId: inbox.id } });
  expect(items.map(({ name }) => name)).toEqual(["early.txt", "late.txt"]);
});

it("a file request says what it takes, and refuses what does not fit before it is sent", async () => {
  const inbox = await stage.call(createFolder, { body: { name: "Limited" } });
  const { page, context } = await visit(
    await share(inbox.id, { allowUpload: true, maxFiles: 3, maxBytes: 50_000, maxFileSize: 40_000 }),
  );
  await page.getByText("Takes 3 more files, 50 KB in all, up to 40 KB each").waitFor();
  let asked = 0;
  await page.route("**/api/v1/public/shares/*/files?*", (route) => {
    asked++;
    return route.continue();
  });
  const file = (name: string, size: number) => ({ name, mimeType: "text/plain", buffer: Buffer.alloc(size) });
  await page
    .locator("input[type=file]")
    .setInputFiles([file("huge.txt", 40_001), file("fits.txt", 30_000), file("over.txt", 20_001)]);
  await page.getByText("Too large: one file may have 40 KB.").waitFor();
  await page.getByText("Too large: 20 KB are left on this link.").waitFor();
  await page.getByText("1 file sent").waitFor();
  expect(asked).toBe(1);
  expect(await axeFindings(page)).toEqual([]);
  await page.locator("input[type=file]").setInputFiles([file("rest.txt", 20_000)]);
  await page.getByText("2 files sent").waitFor();
  await page.reload();
  await page.getByText("The limit of this link is reached. Ask the sender for more room.").waitFor();
  expect(await page.getByRole("button", { name: "Choose files" }).count()).toBe(0);
  await context.close();
});

it("the dialog ends with Done, warns of an address that is nobody else's, and asks for files in its own words", async () => {
  const { page, context } = await stage.open();
  await stage.signIn(page);
  await page.getByRole("button", { name: "Actions for Holiday" }).click();
  await page.getByRole("menuitem", { name: "Share" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("Anyone with the link can open it.").waitFor();
  await dialog.getByLabel("Label").fill("For Aunt Ida");
  await dialog.getByRole("button", { name: "Create link and copy it" }).click();
  await dialog.getByText("Link copied").waitFor();
  await dialog.getByText("Links work only on this computer").waitFor();
  await dialog.getByText("Set PUBLIC_URL to the address that others use").waitFor();
  expect(await dialog.getByLabel("Download limit").count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);

  await dialog.getByRole("button", { name: "Create another link" }).click();
  await dialog.getByLabel("Download limit").waitFor();
  await dialog.getByRole("switch", { name: "File request (upload only)" }).click();
  await dialog.getByText("Anyone with the link can send files into this folder.").waitFor();
  await dialog.getByLabel("Number of files").fill("20");
  await dialog.getByLabel("Total size, in GB").fill("much");
  await dialog.getByText("Enter a number of gigabytes").waitFor();
  await dialog.getByLabel("Total size, in GB").fill("1,5");
  expect(await dialog.getByLabel("Download limit").count()).toBe(0);
  expect(await dialog.getByText("can open it").count()).toBe(0);
  expect(await axeFindings(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Create link and copy it" }).click();
  await dialog.getByText("File request · 0 of 20 files and 0 B of 1.5 GB received").waitFor();
  await dialog.getByRole("button", { name: "Done" }).press("Enter");
  await dialog.waitFor({ state: "detached" });
  await context.close();
});

it("links are found by words and state, with place and label, in good words", async () => {
  await share(pictureId, { label: "Sailing club", maxDownloads: 2 });
  const used = await share(pictureId, { label: "Neighbours", maxDownloads: 1 });
  await (await fetch(`${stage.url}/api/v1/public/shares/${used.token}/content`)).arrayBuffer();
  const { page, context } = await stage.open();
  await stage.signIn(page);
  await page.goto("/shares");
  const rows = page.getByRole("main").getByRole("listitem");
  const club = rows.filter({ hasText: "Sailing club" });
  await club.getByText("0 of 2 downloads used").waitFor();
  await club.getByText("Active").waitFor();
  await club.getByText("In /Holiday").waitFor();
  await club.getByRole("button", { name: "Copy link to beach.png, Sailing club" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole("searchbox", { name: "Search links" }).fill("beach sail");
  await expect.poll(() => rows.count()).toBe(1);
  await page.getByRole("searchbox").fill("nothing like it");
  await page.getByRole("button", { name: "Show all links" }).click();
  await page.getByRole("combobox", { name: "Show" }).click();
  await page.getByRole("option", { name: "Limit reached" }).click();
  await page.getByRole("searchbox").fill("neigh");
  await expect.poll(() => rows.count()).toBe(1);
  await rows.getByText("1 of 1 downloads used").waitFor();
  await rows.getByText("Limit reached").waitFor();
  await context.close();
});

it.each([
  ["desktop", {}],
  ["phone", phone],
])("every page scrolls inside its frame, however long its list (%s)", async (_name, options) => {
  if (options !== phone) {
    await Promise.all(Array.from({ length: 30 }, () => share(pictureId)));
    for (let n = 0; n < 40; n++) await stage.put(`many ${n}.txt`, "x");
  }
  const { page, context } = await stage.open(options);
  await stage.signIn(page);
  for (const path of [
    "/files",
    "/shares",
    "/trash",
    "/backups",
    "/account",
    "/admin/users",
    "/admin/users/invitations",
    "/admin/backups",
    "/admin/jobs",
    "/admin/settings",
  ]) {
    await page.goto(path);
    await page.getByRole("heading").first().waitFor();
    await page.waitForLoadState("networkidle").catch(() => {}); // pages with a stream of events never are
    await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
    const heights = await page.evaluate<[number, number]>(
      "[document.documentElement.scrollHeight, window.innerHeight]",
    );
    expect([path, heights]).toEqual([path, [heights[1], heights[1]]]);
  }
  await context.close();
});
