import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { adminCreateUser, createFolder, updateFile, updateMe } from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { type Postgres, startPostgres } from "../../../packages/postgres/src/index.ts";
import { inDatabase } from "../../support/operate/in-database.ts";
import { axeFindsNothing } from "../axe.ts";
import { password, row, type Stage, setStage } from "../stage.ts";

/** Two people in two browsers: what one says of a file, the other hears of at once. `HOLDFAST_SHOTS` names a folder for pictures. */
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const attack = `<img src=x onerror="window.hacked=1">`;

let folder: string;
let postgres: Postgres;
let mailbox: Mailbox;
let stage: Stage;
let ada: Page;
let ben: Page;
let benId: string;
let folderId: string;
const noise: (() => string[])[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "holdfast-activity-"));
  // Its own, to which roles can be written.
  postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {}, settings: { fsync: "off" } });
  mailbox = await startMailbox();
  stage = await setStage({
    ...{ DATABASE_URL: postgres.url, SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`, HOLDFAST_ALERT_INTERVAL: "300" },
    HOLDFAST_AUTH_AUTOCONFIRM: "on",
  });
  await stage.call(updateMe, { body: { displayName: `Ada ${attack}` } });
  benId = (await stage.call(adminCreateUser, { body: { email: "ben@example.org", password, displayName: "Ben Byte" } }))
    .id;
  folderId = (await stage.call(createFolder, { body: { name: "Plans" } })).id;
  await inDatabase(
    postgres.url,
    `insert into holdfast.grants (id, file_id, space_id, user_id, role) values (holdfast.uuid7(), $1, $2, $3, 'editor')`,
    [folderId, stage.user.id, benId],
  );
  ada = await openAs(stage.user.email);
  ben = await openAs("ben@example.org");
});
afterAll(async () => {
  await stage?.end();
  await mailbox?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function openAs(email: string): Promise<Page> {
  const { page, quiet } = await stage.open();
  noise.push(quiet);
  page.setDefaultTimeout(30_000);
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/files");
  return page;
}

async function shoot(page: Page, name: string): Promise<void> {
  const shots = process.env.HOLDFAST_SHOTS;
  if (!shots) return;
  for (const [width, colorScheme] of [
    [1280, "light"],
    [390, "dark"],
  ] as const) {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(400);
    await page.screenshot({ path: `${shots}/activity-${name}-${width}-${colorScheme}.png` });
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

const bell = (page: Page, name: string | RegExp = /^Notifications/) => page.getByRole("button", { name });
/** Behind an open dialog, where it has no role. */
const labelled = (page: Page, label: string) => page.locator(`button[aria-label="${label}"]`);
const panel = (page: Page) => page.getByRole("dialog", { name: "Notifications" });
const details = (page: Page) => page.getByRole("dialog", { name: "Details" });
const tab = (page: Page, name: RegExp) => details(page).getByRole("tab", { name });
const comment = (page: Page, by: RegExp): Locator => details(page).getByRole("article", { name: by });

async function openDetails(page: Page, name: string): Promise<void> {
  await row(page, name).click({ button: "right" });
  await page.getByRole("menuitem", { name: "Details" }).click();
  await details(page).waitFor();
}

it("there is nothing at first, and that is said", async () => {
  await bell(ben).click();
  await panel(ben).getByText("You are up to date").waitFor();
  await axeFindsNothing(ben, "an empty bell");
  await shoot(ben, "empty");
  await ben.keyboard.press("Escape");
  await panel(ben).waitFor({ state: "hidden" });
});

it("a comment that mentions somebody is at their bell at once, and leads to it; the answer shows in the open panel", async () => {
  await stage.put("the plan.txt", "x", folderId);
  await ada.goto(`/files/${folderId}`);
  await openDetails(ada, "the plan.txt");
  await tab(ada, /Comments/).click();
  await details(ada).getByText("No comments yet").waitFor();
  await shoot(ada, "no-comments");
  const text = details(ada).getByRole("textbox", { name: "Write a comment" });
  await text.fill(`${attack} **look**, @be`);
  await text.press("End");
  await details(ada).getByRole("option", { name: "Ben Byte" }).waitFor();
  await shoot(ada, "picker");
  await ada.keyboard.press("Enter");
  await expect.poll(() => text.inputValue()).toBe(`${attack} **look**, @Ben Byte `);
  await text.press("End");
  await ada.keyboard.type("[here](https://example.org/x) [not](javascript:alert(1))");
  await ada.keyboard.press("Control+Enter");
  const said = comment(ada, /Comment by Ada/);
  await said.getByText("@Ben Byte").waitFor();
  expect(await said.locator("strong").textContent()).toBe("look");
  expect(await said.getByRole("link").count()).toBe(1);
  expect(await said.getByRole("link", { name: "here" }).getAttribute("rel")).toContain("noopener");
  expect(await said.textContent()).toContain(attack);
  await tab(ada, /^Comments \(1\)$/).waitFor();

  // Nobody has reloaded anything.
  await bell(ben, "Notifications: 1 unread").click();
  const told = panel(ben).getByRole("link", { name: /mentioned you in a comment on the plan\.txt/ });
  await told.getByText("look, @Ben Byte").waitFor();
  await axeFindsNothing(ben, "the bell");
  await shoot(ben, "bell");
  await told.click();
  await tab(ben, /^Comments \(1\)$/).waitFor();
  await comment(ben, /Comment by Ada/).waitFor();
  expect(new URL(ben.url()).pathname).toBe(`/files/${folderId}`);
  await labelled(ben, "Notifications").waitFor();

  await details(ben).getByRole("textbox", { name: "Write a comment" }).fill("- one\n- two");
  await details(ben).getByRole("button", { name: "Comment", exact: true }).click();
  await comment(ada, /Comment by Ben Byte/)
    .getByRole("listitem")
    .nth(1)
    .waitFor();
  await labelled(ada, "Notifications: 1 unread").waitFor();
  await axeFindsNothing(ada, "comments");
  await shoot(ada, "comments");
});

it("an edit and a deletion show at once", async () => {
  const own = comment(ben, /Comment by Ben Byte/);
  await own.getByRole("button", { name: "Edit comment" }).click();
  await details(ben).getByRole("textbox", { name: "Edit comment" }).fill("changed my mind");
  await details(ben).getByRole("button", { name: "Save" }).click();
  await comment(ada, /Comment by Ben Byte/)
    .getByText("changed my mind")
    .waitFor();
  await comment(ada, /Comment by Ben Byte/)
    .getByText("edited")
    .waitFor();
  // Ada manages the file; Ben may delete his own alone.
  expect(
    await comment(ben, /Comment by Ada/)
      .getByRole("button")
      .count(),
  ).toBe(0);
  await comment(ada, /Comment by Ben Byte/)
    .getByRole("button", { name: /Delete comment/ })
    .click();
  await ada.getByRole("alertdialog").getByRole("button", { name: "Delete comment" }).click();
  await comment(ada, /Comment by Ben Byte/).waitFor({ state: "hidden" });
  await comment(ben, /Comment by Ben Byte/).waitFor({ state: "hidden" });
});

it("the activity of a file and of a folder tells of the upload and the move", async () => {
  const inner = await stage.call(createFolder, { body: { name: "Inner", parentId: folderId } });
  const file = await stage.put("moved.txt", "x", folderId);
  await stage.call(updateFile, { params: { id: file.id }, body: { parentId: inner.id } });
  await ben.goto(`/files/${inner.id}`);
  await openDetails(ben, "moved.txt");
  await tab(ben, /Activity/).click();
  const entries = details(ben).getByRole("list", { name: "Activity" }).getByRole("listitem");
  await entries.nth(1).waitFor();
  const said = (await entries.allTextContents()).map((text) => text.replace(/\d+ \w+ 20\d\d.*$/, ""));
  expect(said).toEqual([`Ada ${attack} moved this`, `Ada ${attack} added this`]);
  await axeFindsNothing(ben, "activity");
  await ada.goto(`/files/${folderId}`);
  await openDetails(ada, "Inner");
  await tab(ada, /Activity/).click();
  await details(ada).getByText("You moved moved.txt").waitFor();
  await shoot(ada, "activity");
});

it("kinds and emails are chosen in the account; the link of an email turns them off without sign-in", async () => {
  await ben.goto("/files");
  await bell(ben).click();
  await panel(ben).getByRole("link", { name: "Notification settings" }).click();
  await ben.waitForURL("**/account#notifications");
  const section = ben.getByRole("region", { name: "Notifications", exact: true });
  const switched = section.getByRole("checkbox", { name: "somebody mentions me: Here" });
  await switched.click();
  await ben.getByText("Notification settings saved").first().waitFor();
  expect(await switched.isChecked()).toBe(false);
  await section.getByRole("combobox", { name: "Email about what you have not read" }).click();
  await ben.getByRole("option", { name: "At once" }).click();
  await expect.poll(() => section.getByRole("combobox").textContent()).toContain("At once");
  await axeFindsNothing(ben, "settings");
  if (process.env.HOLDFAST_SHOTS) {
    await section.scrollIntoViewIfNeeded();
    await shoot(ben, "settings");
  }
  const { page, context } = await stage.open();
  await page.goto(`/unsubscribe#token=${benId}.wrong`);
  await page.getByRole("button", { name: "Turn off these emails" }).click();
  await page.getByRole("alert").filter({ hasText: "This link is not complete" }).waitFor();
  await axeFindsNothing(page, "unsubscribe");
  await shoot(page, "unsubscribe");
  await context.close();
});

it("nothing that somebody wrote ran, and no page complained", async () => {
  for (const page of [ada, ben]) expect(await page.evaluate("window.hacked")).toBe(undefined);
  expect(noise.flatMap((quiet) => quiet())).toEqual([]);
});
