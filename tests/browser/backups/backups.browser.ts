import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { urlOf } from "../../../packages/contract/src/client.ts";
import {
  createBackup,
  createBackupTarget,
  createFolder,
  deleteFile,
  type File,
  getContent,
  putContent,
} from "../../../packages/contract/src/index.ts";
import { backupEnded } from "../../acceptance/backups/support.ts";
import { axeFindsNothing } from "../axe.ts";
import { email, row, type Stage, setStage } from "../stage.ts";

/** From the one button to a file that is back. The tests follow one another. */
describe("backups", () => {
  let stage: Stage;
  let page: Page;
  let quiet: () => string[];
  let folder: string;
  let notes: File;
  let lost: File;
  /** Enough to be cancelled on the way, however fast the disk. */
  const large: File[] = [];
  const card = () => page.getByRole("region", { name: "Backup status" });
  const dialog = () => page.getByRole("dialog");
  const backUpNow = () => card().getByRole("button", { name: "Back up now" });
  /** The numbers of the difference: new, changed, same, kept. */
  const difference = async () => {
    await dialog()
      .getByText(/to write$/)
      .waitFor();
    return dialog().getByRole("region", { name: "What would happen" }).locator("dd").allTextContents();
  };
  const replace = async (name: string, data: string) => {
    const url = urlOf(putContent, { query: { name, onConflict: "replace" } });
    const answer = await page.request.put(url, { data, headers: { origin: stage.url } });
    expect(answer.ok()).toBe(true);
  };

  beforeAll(async () => {
    stage = await setStage();
    folder = await mkdtemp(join(tmpdir(), "holdfast-targets-"));
    const photos = await stage.call(createFolder, { body: { name: "Photos" } });
    await stage.put("harbour.txt", "the harbour", photos.id);
    lost = await stage.put("lost.txt", "soon lost", photos.id);
    notes = await stage.put("notes.md", "first");
    // Enough to be seen on the way, however fast the disk.
    for (let i = 0; i < 16; i++) await stage.put(`film ${i}.bin`, randomBytes(30_000_000), photos.id);
    ({ page, quiet } = await stage.open());
    await stage.signIn(page);
  });
  afterAll(async () => {
    await stage?.end();
    await rm(folder, { recursive: true, force: true });
  });

  it("says that nothing is backed up, and that the same disk is no other place", async () => {
    await page.getByRole("link", { name: "Backups", exact: true }).click();
    await card().getByText("Your files have no backup yet").waitFor();
    await card()
      .getByText(/do not survive the loss of that disk/)
      .waitFor();
    const reminder = page.getByRole("region", { name: "The recovery kit has not been downloaded" });
    await reminder.getByRole("button", { name: "Download recovery kit" }).waitFor();
    await axeFindsNothing(page, "empty");
  });

  it("makes a backup by one click, shows how far it is, and proves it", async () => {
    await backUpNow().click();
    await card().getByRole("progressbar", { name: "Backing up…" }).waitFor();
    await card()
      .getByText(/^\d+ of 19$/)
      .waitFor({ timeout: 30_000 });
    await card()
      .getByText(/ of 480 MB$/)
      .waitFor();
    await card().getByText("Your files are backed up").waitFor({ timeout: 50_000 });
    await card()
      .getByText(/Read back and verified/)
      .waitFor();
    const entry = page.getByRole("listitem").filter({ hasText: "Manual" });
    expect(await entry.textContent()).toMatch(/Verified.*19 files · 480 MB · 4\d\d.* MB new · \d+ (s|min)/);
    await axeFindsNothing(page, "done");
  });

  it("shows the work of another page as it happens, and cancels it", async () => {
    const other = await stage.open();
    await stage.signIn(other.page);
    for (let i = 0; i < 4; i++) large.push(await stage.put(`more ${i}.bin`, randomBytes(120_000_000)));
    await other.page.goto("/backups");
    await other.page.getByRole("button", { name: "Back up now" }).click();
    await card().getByRole("button", { name: "Cancel" }).click();
    await card().getByText("The last backup was cancelled").waitFor();
    await other.page.getByText("The last backup was cancelled").waitFor();
    await card()
      .getByText(/Last finished backup/)
      .waitFor();
    await other.context.close();
  });

  it("opens a backup like a folder, by keys as well, and gives one file out of it", async () => {
    await page
      .getByRole("listitem")
      .filter({ hasText: "Verified" })
      .getByRole("link", { name: /^Open the backup/ })
      .click();
    await row(page, "notes.md").waitFor();
    await row(page, "more 1.bin").waitFor({ state: "detached" });
    await axeFindsNothing(page, "snapshot");
    const download = page.waitForEvent("download");
    await row(page, "notes.md").getByRole("button", { name: "Download notes.md" }).click();
    expect(await readFile(await (await download).path(), "utf8")).toBe("first");
    await row(page, "notes.md").dblclick();
    await dialog().getByText("first", { exact: true }).waitFor();
    await axeFindsNothing(page, "preview");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await row(page, "Photos").dblclick();
    await row(page, "harbour.txt").waitFor();
    const names = () => page.getByRole("grid").getByRole("row").allTextContents();
    await page.getByRole("button", { name: "Size" }).click();
    await expect.poll(async () => (await names())[1]).toContain("lost.txt");
    await page.getByRole("button", { name: "Size" }).click();
    await expect.poll(async () => (await names())[1]).toContain("film");
    expect(await page.getByRole("columnheader", { name: "Size" }).getAttribute("aria-sort")).toBe("descending");
    const archive = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as ZIP" }).click();
    expect((await archive).suggestedFilename()).toBe("Photos.zip");
    expect((await stat(await (await archive).path())).size).toBeGreaterThan(480_000_000);
    await page.getByRole("grid").focus();
    await page.keyboard.press("Backspace");
    await row(page, "notes.md").waitFor();
    await expect.poll(() => page.evaluate("document.activeElement?.getAttribute('role')")).toBe("grid");
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await row(page, "harbour.txt").waitFor();
    await page.keyboard.press("Control+a");
    await page.getByText("18 selected").waitFor();
    await page.goBack();
    await row(page, "notes.md").waitFor();
  }, 120_000);

  it("shows the difference before it restores: new, changed, same, kept", async () => {
    await replace("notes.md", "second, and newer");
    await stage.call(deleteFile, { params: { id: lost.id } });
    await page.getByRole("button", { name: "Restore all…" }).click();
    expect(await difference()).toEqual(["19", "0", "0", "0"]);
    await dialog().getByLabel("The original location").check();
    await expect.poll(difference).toEqual(["1", "0", "17", "1"]);
    await dialog().getByRole("listitem").filter({ hasText: "Photos/lost.txt" }).getByText("New").waitFor();
    await dialog().getByRole("listitem").filter({ hasText: "notes.md" }).getByText("Kept").waitFor();
    await axeFindsNothing(page, "difference");
    await dialog().getByLabel("Overwrite with backup").check();
    await expect.poll(difference).toEqual(["1", "1", "17", "0"]);
    await dialog().getByRole("button", { name: "Cancel" }).click();
    await dialog().waitFor({ state: "detached" });
  });

  it("restores one file in place, and its newer bytes stay as a version", async () => {
    await row(page, "notes.md").click();
    await page.getByRole("button", { name: "Restore selected…" }).click();
    await dialog().getByLabel("The original location").check();
    await expect.poll(difference).toEqual(["0", "1", "0", "0"]);
    await dialog().getByRole("button", { name: "Restore 1 file" }).click();
    await dialog().getByText("1 file restored").waitFor({ timeout: 30_000 });
    await axeFindsNothing(page, "restored");
    const content = await page.request.get(urlOf(getContent, { params: { id: notes.id }, query: {} }));
    expect(await content.text()).toBe("first");
    await dialog().getByRole("button", { name: "Done" }).click();
  });

  it("restores everything into a new folder that one can open at once", async () => {
    await page.getByRole("button", { name: "Clear selection" }).click();
    await page.getByRole("button", { name: "Restore all…" }).click();
    await dialog().getByRole("button", { name: "Restore 19 files" }).click();
    await dialog().getByText("19 files restored").waitFor({ timeout: 50_000 });
    await dialog().getByRole("link", { name: "Show files" }).click();
    await row(page, "Photos").dblclick();
    await row(page, "lost.txt").waitFor();
  });

  it("keeps a schedule, with its next runs before it is saved", async () => {
    await page.goto("/backups");
    await page.getByRole("button", { name: "Set up a schedule" }).click();
    await dialog().getByText("At 03:00, every day").waitFor();
    expect(await dialog().locator("ol li").count()).toBe(5);
    await dialog().getByText("Custom", { exact: true }).click();
    await dialog().getByLabel("Cron expression").fill("every now and then");
    await dialog()
      .getByText(/has five fields/)
      .waitFor();
    await axeFindsNothing(page, "schedule");
    await dialog().getByText("Weekly", { exact: true }).click();
    await dialog()
      .getByText(/only on Monday/)
      .waitFor();
    await dialog().getByRole("button", { name: "Create schedule" }).click();
    const toggle = page.getByRole("switch", { name: /only on Monday/ });
    await toggle.click();
    await page.getByText(/^Paused/).waitFor();
    await page.getByRole("button", { name: /^Edit schedule/ }).click();
    await dialog()
      .getByText(/would be kept and/)
      .waitFor();
    const box = dialog().getByRole("checkbox", { name: "Also earlier versions and the trash" });
    expect(await box.isChecked()).toBe(false);
    await box.check();
    await dialog().getByRole("button", { name: "Save schedule" }).click();
    await page.getByText(/^Paused.*with versions and trash$/).waitFor();
  });

  it("holds earlier versions and the trash where one asks for them, and gives them back", async () => {
    for (const { id } of large) await stage.call(deleteFile, { params: { id }, query: { permanent: "true" } });
    await card().getByRole("checkbox", { name: "Also earlier versions and the trash" }).check();
    await backUpNow().click();
    await page
      .getByRole("listitem")
      .filter({ hasText: "Manual" })
      .filter({ hasText: "with versions and trash" })
      .getByRole("link", { name: /^Open the backup/ })
      .click({ timeout: 50_000 });
    const part = (name: string) => page.getByRole("navigation", { name: "Parts of the backup" }).getByText(name);
    await part("Earlier versions").click();
    await page.getByText("Each file is shown as a folder").waitFor();
    await row(page, "Photos").waitFor({ state: "detached" });
    await axeFindsNothing(page, "versions");
    await row(page, "notes.md").dblclick();
    // The order of the names is that of time: "first", then what was newer than the first backup.
    const former = page.getByRole("grid").getByRole("row").filter({ hasText: "Z.md" });
    await former.nth(1).dblclick();
    await dialog().getByText("second, and newer", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    expect(await former.count()).toBe(2);
    await part("Trash").click();
    await row(page, "lost.txt").click();
    await page.getByRole("button", { name: "Restore selected…" }).click();
    expect(await difference()).toEqual(["1", "0", "0", "0"]);
    await dialog().getByText("They are restored to a new folder").waitFor();
    expect(await dialog().getByRole("radio").count()).toBe(0);
    await axeFindsNothing(page, "trash");
    await dialog().getByRole("button", { name: "Restore 1 file" }).click();
    await dialog().getByText("1 file restored").waitFor({ timeout: 30_000 });
    await dialog().getByRole("link", { name: "Show files" }).click();
    await row(page, "lost.txt").waitFor();
    await page.goto("/backups");
  }, 120_000);

  it("says why a backup failed, and what to do", async () => {
    const target = await stage.call(createBackupTarget, {
      body: { kind: "local", name: "Basement disk", folder: join(folder, "disk") },
    });
    await rm(join(folder, "disk"), { recursive: true, force: true });
    await writeFile(join(folder, "disk"), "no folder any more");
    await stage.call(createBackup, { body: { scope: "account", targetId: target.id } });
    await card().getByText("The last backup failed").waitFor({ timeout: 30_000 });
    await card()
      .getByText(/then try again\./)
      .waitFor();
    // The focus came back to a button whose tooltip lies over the page.
    await page.getByRole("heading", { name: "History" }).click();
    await axeFindsNothing(page, "failed");
  });

  it("gives the admin the instance: target tested, backed up, kit downloaded, rehearsed", async () => {
    await page.getByRole("link", { name: "Administration" }).first().click();
    await page.getByRole("link", { name: "Server backups" }).first().click();
    const test = page.getByRole("button", { name: "Test This server" });
    await test.click();
    await page.getByText(/^It can be used, and its repository opens/).waitFor();
    await page.getByRole("button", { name: "Test Basement disk" }).click();
    await page
      .getByRole("listitem")
      .filter({ hasText: "Basement disk" })
      .getByText(/then try again\./)
      .waitFor();
    await page.getByText("The recovery kit has not been downloaded").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download recovery kit" }).click();
    expect(await readFile(await (await download).path(), "utf8")).toContain("PASSWORD OF THE BACKUPS");
    await page.getByText(/^Recovery kit downloaded/).waitFor();
    await backUpNow().click();
    await card().getByText("This server is backed up").waitFor({ timeout: 50_000 });
    // Downloaded before, it is asked for nowhere any more.
    expect(await page.getByText("The recovery kit has not been downloaded").count()).toBe(0);
    await page.getByText("Not yet proven restorable").waitFor();
    await axeFindsNothing(page, "instance");
    await page.getByRole("button", { name: "Test restore now" }).click();
    await page.getByText(/^Last proven restorable/).waitFor({ timeout: 100_000 });
  }, 200_000);

  it("refuses a disk that was emptied, until the admin starts a new repository on it", async () => {
    const disk = join(folder, "spare");
    const target = await stage.call(createBackupTarget, { body: { kind: "local", name: "Spare disk", folder: disk } });
    const spare = page.getByRole("listitem").filter({ hasText: "Spare disk" }).first();
    const { id } = await stage.call(createBackup, { body: { scope: "account", targetId: target.id } });
    // Its snapshot is there before it has ended, and until then the target is in use.
    expect((await backupEnded(stage, id)).status).toBe("completed");
    expect(await readdir(join(disk, "snapshots"))).toHaveLength(1);
    await rm(disk, { recursive: true, maxRetries: 5 });
    await mkdir(disk);
    await page.reload();
    await page.getByRole("button", { name: "Test Spare disk" }).click();
    await spare.getByText(/Is the right disk connected\?/).waitFor();
    await page.getByRole("button", { name: "Actions for Spare disk" }).click();
    await page.getByRole("menuitem", { name: "Start a new repository" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Start a new repository" }).click();
    await page.getByText("The next backup starts a new repository in “Spare disk”").waitFor();
    await page.getByRole("button", { name: "Test Spare disk" }).click();
    await spare.getByText(/its repository is made by the first backup/).waitFor();
  }, 120_000);

  it("brings a person's file back from the backup of the instance", async () => {
    await page
      .getByRole("listitem")
      .filter({ hasText: "Manual" })
      .getByRole("link", { name: /^Open the backup/ })
      .click();
    await row(page, "files").dblclick();
    await row(page, email).waitFor();
    expect(await page.getByRole("button", { name: /^Restore/ }).count()).toBe(0);
    await row(page, email).dblclick();
    await row(page, "notes.md").click();
    await page.getByRole("button", { name: "Restore selected…" }).click();
    await dialog().getByText(`into the account of ${email}`).waitFor();
    await dialog().getByRole("button", { name: "Restore 1 file" }).click();
    await dialog().getByText("1 file restored").waitFor({ timeout: 30_000 });
    await dialog().getByRole("button", { name: "Done" }).click();
  });

  it("fits on a phone", async () => {
    const phone = await stage.open({ viewport: { width: 360, height: 720 }, hasTouch: true, isMobile: true });
    await stage.signIn(phone.page);
    const fits = async (shown: Locator) => {
      await shown.first().waitFor();
      await phone.page.waitForTimeout(300);
      expect(
        await phone.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"),
      ).toBe(0);
    };
    await phone.page.getByRole("link", { name: "Backups" }).tap();
    await fits(phone.page.getByText("Manual"));
    await phone.page
      .getByRole("link", { name: /20\d\d, \d\d:\d\d$/ })
      .last()
      .tap();
    await row(phone.page, "Photos").tap();
    await fits(row(phone.page, "harbour.txt"));
    await phone.page.getByRole("link", { name: "Back", exact: true }).tap();
    await row(phone.page, "notes.md").waitFor();
    await phone.page.getByRole("button", { name: "Restore all…" }).tap();
    await fits(phone.page.getByText(/to write$/));
    await phone.page.goto("/admin/backups");
    await fits(phone.page.getByText("Targets", { exact: true }));
    await phone.context.close();
  });

  it("said nothing wrong in the console all the while", () => {
    expect(quiet()).toEqual([]);
  });
});
