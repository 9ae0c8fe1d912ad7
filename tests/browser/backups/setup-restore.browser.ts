import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBackup, createBackupTarget } from "../../../packages/contract/src/index.ts";
import { backupEnded } from "../../acceptance/backups/support.ts";
import { registerPerson, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { axeFindsNothing } from "../axe.ts";
import { dropOn, launch, openPage, row } from "../stage.ts";

/** A server is lost; on an empty one, the set-up page brings everything back. The tests follow one another. */
describe("restore on the set-up page", () => {
  let folder: string;
  let kit: string;
  let lost: Product;
  let product: Product;
  let browser: Browser;
  let page: Page;
  let quiet: () => string[];
  const button = (name: string) => page.getByRole("button", { name });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "holdfast-lost-"));
    kit = join(folder, "holdfast-recovery-kit.txt");
    const env = { SIGNUP: "open", HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword };
    lost = await startProduct({ env });
    const admin = await signIn(lost.url, "admin@example.org");
    const ann = await registerPerson(lost.url, "ann");
    await ann.put("letter.txt", "what was nearly lost");
    // Enough to be seen on the way, however fast the disk.
    for (let i = 0; i < 5; i++) await ann.put(`film ${i}.bin`, randomBytes(40_000_000));
    const safe = { kind: "local" as const, name: "Attic", folder: join(folder, "attic") };
    const { id: targetId } = await admin.call(createBackupTarget, { body: safe });
    const backUp = async () => {
      const { id } = await admin.call(createBackup, { body: { scope: "instance", targetId } });
      expect((await backupEnded(admin, id)).status).toBe("completed");
    };
    await backUp();
    await ann.put("later.txt", "between the two");
    await backUp();
    await writeFile(kit, await (await admin.fetch("/api/v1/admin/backups/recovery-kit")).text());
    await lost.stop();
    product = await startProduct({ web: true });
    browser = await launch();
    ({ page, quiet } = await openPage(browser, product.url));
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await lost?.stop();
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("is offered beside the first account, and takes what it needs from the recovery kit", async () => {
    await page.goto(`/setup#token=${product.setupToken}`);
    await page.getByText("Create the first account", { exact: true }).waitFor();
    expect(await button("Create administrator").isVisible()).toBe(true);
    await axeFindsNothing(page, "first account");
    await page.getByText("Restore from a backup").click();
    await expect.poll(() => page.getByLabel("Set-up token").inputValue()).toBe(product.setupToken);
    await axeFindsNothing(page, "place");
    const other = join(folder, "other.txt");
    await writeFile(other, "no kit at all");
    await dropOn(page, "label:has-text('Drop the recovery kit here')", [other]);
    await page.getByText("This file is not a Holdfast recovery kit").waitFor();
    await dropOn(page, "label:has-text('Drop the recovery kit here')", [kit]);
    await page.getByText("Recovery kit read").waitFor();
    expect(await page.getByLabel("Backup password").inputValue()).toMatch(/^(\w{4}-){7}\w{4}$/);
    await page.getByRole("list", { name: "Locations in the recovery kit" }).getByText(join(folder, "attic")).click();
    expect(await page.getByLabel("Location of the backups").inputValue()).toBe(join(folder, "attic"));
    await axeFindsNothing(page, "kit read");
  });

  it("says what is wrong with a place, a password, a token", async () => {
    const place = page.getByLabel("Location of the backups");
    const password = page.getByLabel("Backup password");
    const right = await password.inputValue();
    const refused = async (sentence: RegExp) => {
      await button("Find backups").click();
      await page.getByRole("alert").getByText(sentence).waitFor();
    };
    await place.fill(join(folder, "cellar"));
    await refused(/There is no folder .*cellar on this server/);
    await place.fill(folder);
    await refused(/There is no backup repository in/);
    await place.fill("s3:https://s3.example.org");
    await page.getByLabel("Access key ID").waitFor();
    await place.fill(join(folder, "attic"));
    await password.fill("not the password");
    await refused(/The password does not open these backups/);
    await axeFindsNothing(page, "refused");
    await password.fill(right);
    await page.getByLabel("Set-up token").fill("wrong");
    await refused(/The set-up token is wrong/);
    await page.getByLabel("Set-up token").fill(product.setupToken as string);
  });

  it("shows the backups that are there, restores the newest, and ends where people sign in", async () => {
    await button("Find backups").click();
    const choices = page.getByRole("radio", { name: /Holdfast/ });
    await choices.first().waitFor();
    expect(await choices.count()).toBe(2);
    expect(await choices.first().isChecked()).toBe(true);
    await page.getByText(/^2 accounts · 7 files · 200 MB · Holdfast/).waitFor();
    await page.getByText(/^2 accounts · 6 files/).waitFor();
    await axeFindsNothing(page, "choice");
    await button("Restore this backup").click();
    await page.getByRole("progressbar", { name: "Restoring…" }).waitFor();
    // Loaded again, it goes on showing how far it is.
    await page.reload();
    await page.getByText(/ of 200 MB$/).waitFor();
    await page.waitForURL("**/sign-in", { timeout: 60_000 });
    await page.getByText("Everything is restored.").waitFor();
    await page.getByLabel("Email").fill("ann@example.org");
    await page.getByLabel("Password", { exact: true }).fill(testPassword);
    await button("Sign in").click();
    await page.waitForURL("**/files");
    await row(page, "letter.txt").waitFor();
    await row(page, "later.txt").waitFor();
    const ann = await signIn(product.url, "ann@example.org");
    const { items } = (await (await ann.fetch("/api/v1/files?limit=100")).json()) as {
      items: { id: string; name: string }[];
    };
    const letter = items.find(({ name }) => name === "letter.txt");
    expect((await ann.read(letter?.id as string)).toString()).toBe("what was nearly lost");
  }, 120_000);

  it("is gone once people are there", async () => {
    await page.goto("/setup");
    await page.getByText("Set-up is done").waitFor();
    expect(await page.getByText("Restore from a backup").count()).toBe(0);
    expect(quiet()).toEqual([]);
  });
});

describe("restore on the set-up page of a phone", () => {
  it("has room, and says why it failed", async () => {
    const product = await startProduct({ web: true });
    const browser = await launch();
    const phone = { viewport: { width: 360, height: 720 }, hasTouch: true, isMobile: true };
    const { page } = await openPage(browser, product.url, phone);
    await page.goto(`/setup#token=${product.setupToken}`);
    await page.getByText("Restore from a backup").tap();
    await page.getByLabel("Location of the backups").fill("/nowhere/at/all");
    await page.getByLabel("Backup password").fill("anything");
    await page.getByRole("button", { name: "Find backups" }).tap();
    await page.getByText("There is no folder /nowhere/at/all on this server").waitFor();
    const overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(overflow)).toBe(0);
    await browser.close();
    await product.stop();
  });
});
