import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, startProduct } from "../../support/product.ts";
import { dropOn, email, launch, openPage, password, row } from "../stage.ts";

/** The whole way of a person and of the one they share with. The tests follow one another. */
describe("from set-up to a revoked link", () => {
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let quiet: () => string[];
  let folder: string;
  let link: string;

  beforeAll(async () => {
    product = await startProduct({ web: true });
    browser = await launch();
    ({ context, page, quiet } = await openPage(browser, product.url));
    folder = await mkdtemp(join(tmpdir(), "holdfast-drop-"));
    await mkdir(join(folder, "Trip/Lisbon/empty"), { recursive: true });
    await writeFile(join(folder, "Trip/plan.txt"), "first the harbour");
    await writeFile(join(folder, "Trip/Lisbon/tram 28.txt"), "yellow");
    await writeFile(join(folder, "Trip/Lisbon/film.bin"), Buffer.alloc(3_000_000, 7));
  });
  afterAll(async () => {
    await browser?.close();
    await product?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("makes the first account with the token of the log", async () => {
    await page.goto(`/setup#token=${product.setupToken}`);
    await expect.poll(() => page.getByLabel("Set-up token").inputValue()).toBe(product.setupToken);
    expect(page.url()).not.toContain("token");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Create administrator" }).click();
    await page.getByText("Nothing here yet").waitFor();
    const cookies = await context.cookies();
    expect(cookies.filter((cookie) => cookie.httpOnly).length).toBeGreaterThan(0);
    expect(await page.evaluate("document.cookie")).toBe("");
  });

  it("signs out and in again, back to where one wanted to go", async () => {
    await page.getByRole("button", { name: "Account" }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL("**/sign-in");
    await page.goto("/trash");
    await page.waitForURL("**/sign-in?next=%2Ftrash");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password", { exact: true }).fill("wrong password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").filter({ hasText: /wrong/i }).waitFor();
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/trash");
    await page.getByText("The trash is empty").waitFor();
  });

  it("takes a dropped folder with everything that is in it", async () => {
    await page.getByRole("link", { name: "Files", exact: true }).click();
    await page.getByText("Nothing here yet").waitFor();
    await dropOn(page, "#content", [join(folder, "Trip")]);
    const tray = page.getByRole("region", { name: "Uploads" });
    await tray.getByText("3 uploads done").waitFor();
    await row(page, "Trip").dblclick();
    await row(page, "plan.txt").waitFor();
    await row(page, "Lisbon").dblclick();
    await row(page, "empty").waitFor();
    await row(page, "tram 28.txt").waitFor();
    expect(await row(page, "film.bin").textContent()).toContain("3 MB");
    await tray.getByRole("button", { name: "Close" }).click();
    await tray.waitFor({ state: "detached" });
  });

  it("renames with the stem selected", async () => {
    await row(page, "tram 28.txt").click();
    await page.keyboard.press("F2");
    await page.getByLabel("New name").waitFor();
    await page.keyboard.type("tram 12");
    const answered = page.waitForResponse((response) => response.request().method() === "PATCH");
    await page.keyboard.press("Enter");
    await row(page, "tram 12.txt").waitFor();
    await answered;
    await page.reload();
    await row(page, "tram 12.txt").waitFor();
  });

  it("moves by dragging onto the path, and back by its undo", async () => {
    await row(page, "tram 12.txt").dragTo(page.getByRole("navigation", { name: "Path" }).getByText("Trip"));
    await row(page, "tram 12.txt").waitFor({ state: "detached" });
    await page.getByText("1 item moved to “Trip”").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await row(page, "tram 12.txt").waitFor();
  });

  it("moves by the dialog for those who do not drag", async () => {
    await row(page, "tram 12.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Move to…" }).click();
    const dialog = page.getByRole("dialog");
    // The item holds those of the folders inside, so its middle is one of them.
    await dialog.getByRole("treeitem", { name: "Trip" }).getByText("Trip", { exact: true }).click();
    await dialog.getByRole("button", { name: "Move here" }).click();
    await row(page, "tram 12.txt").waitFor({ state: "detached" });
    await page.getByRole("navigation", { name: "Path" }).getByText("Trip").click();
    await row(page, "tram 12.txt").waitFor();
  });

  it("moves to the trash, takes it back at once, and later from the trash", async () => {
    await row(page, "plan.txt").click();
    await page.keyboard.press("Delete");
    await row(page, "plan.txt").waitFor({ state: "detached" });
    await page
      .getByRole("listitem")
      .filter({ hasText: "“plan.txt” moved" })
      .getByRole("button", { name: "Undo" })
      .click();
    await row(page, "plan.txt").waitFor();
    await row(page, "plan.txt").getByRole("button", { name: "Actions for plan.txt" }).click();
    await page.getByRole("menuitem", { name: "Move to trash" }).click();
    await row(page, "plan.txt").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Trash" }).click();
    await page.getByRole("button", { name: "Restore plan.txt" }).click();
    await page.getByText("The trash is empty").waitFor();
    await page.goBack();
    await row(page, "plan.txt").waitFor();
  });

  it("shares with a password and a limit, in one step to a copied link", async () => {
    await row(page, "plan.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: "Share" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Password", { exact: true }).fill("sesame");
    await dialog.getByLabel("Download limit").fill("1");
    await dialog.getByRole("button", { name: "Create link and copy it" }).click();
    await dialog.getByText("Link copied").waitFor();
    link = await page.evaluate("navigator.clipboard.readText()");
    expect(link).toMatch(/\/s\/[0-9A-Za-z]+$/);
    await dialog.getByRole("button", { name: "QR code" }).click();
    await dialog.getByRole("img", { name: "QR code of the link" }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("lets the recipient in by the password alone, and download as often as allowed", async () => {
    const recipient = await openPage(browser, product.url);
    await recipient.page.goto(new URL(link).pathname);
    await recipient.page.getByText("Enter the password").waitFor();
    await recipient.page.getByLabel("Password", { exact: true }).fill("guess");
    await recipient.page.getByRole("button", { name: "Open" }).click();
    await recipient.page.getByRole("alert").waitFor();
    await recipient.page.getByLabel("Password", { exact: true }).fill("sesame");
    await recipient.page.getByRole("button", { name: "Open" }).click();
    await recipient.page.getByRole("heading", { name: "plan.txt" }).waitFor();
    await recipient.page.getByText("1 download left").waitFor();
    const download = recipient.page.waitForEvent("download");
    await recipient.page.getByRole("link", { name: "Download" }).click();
    expect(await readFile(await (await download).path(), "utf8")).toBe("first the harbour");
    expect(recipient.quiet()).toEqual([]);
    await recipient.context.close();

    const late = await openPage(browser, product.url);
    await late.page.goto(new URL(link).pathname);
    await late.page.getByRole("heading").first().waitFor();
    await expect.poll(() => late.page.getByRole("link", { name: "Download" }).count()).toBe(0);
    await late.context.close();
  });

  it("revokes, and the link is dead at once", async () => {
    await page.getByRole("link", { name: "Links" }).click();
    await page.getByRole("button", { name: "Actions for the link to plan.txt" }).click();
    await page.getByRole("menuitem", { name: "Revoke link" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Revoke link" }).click();
    await page.getByText("Revoked", { exact: true }).waitFor();
    const stranger = await openPage(browser, product.url);
    const answer = await stranger.page.goto(new URL(link).pathname);
    expect(answer?.status()).toBe(404);
    await stranger.page.getByText("This link does not work").waitFor();
    await stranger.context.close();
  });

  it("said nothing wrong in the console all the while", () => {
    expect(quiet()).toEqual([]);
  });
});
