import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { adminCreateUser, createFolder } from "../../../packages/contract/src/index.ts";
import { backUp } from "../../acceptance/backups/support.ts";
import { startProduct } from "../../support/product.ts";
import { axeFindings, axeFindsNothing } from "../axe.ts";
import { launch, openPage, password, row, type Stage, setStage } from "../stage.ts";

// axe looks at each page four times.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const user = "ben@example.org";

describe("set-up", () => {
  it("says beside the field what is wrong with it, and what comes next", async () => {
    const product = await startProduct({ web: true });
    const browser = await launch();
    try {
      const { page } = await openPage(browser, product.url);
      page.setDefaultTimeout(60_000);
      await page.goto(`/setup#token=${product.setupToken}`);
      const address = page.getByLabel("Email");
      await address.fill("not an address");
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Create administrator" }).click();
      await page.getByText("Enter a whole email address, like name@example.org.").waitFor();
      expect(await address.getAttribute("aria-invalid")).toBe("true");
      expect(await page.evaluate("document.activeElement.name")).toBe("email");
      expect(await page.getByText("body.email").count()).toBe(0);
      await axeFindsNothing(page);
      await address.fill("ada@example.org");
      expect(await address.getAttribute("aria-invalid")).toBeNull();
      // What only the server knows stands beside its field as well.
      await page.getByLabel("Password", { exact: true }).fill("short");
      await page.getByRole("button", { name: "Create administrator" }).click();
      await expect.poll(() => page.evaluate("document.activeElement.name")).toBe("password");
      expect(await page.getByRole("main").getByRole("alert").count()).toBe(1);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Create administrator" }).click();
      await page.waitForURL("**/files");

      const steps = page.getByRole("region", { name: "Next steps for your server" });
      await steps.getByRole("link", { name: "Add a backup target on another disk" }).waitFor();
      await steps.getByText("Give the server an address that others can open").waitFor();
      await axeFindsNothing(page);
      await steps.getByRole("button", { name: "Dismiss" }).click();
      await steps.waitFor({ state: "detached" });
      await page.reload();
      await page.getByText("Nothing here yet").waitFor();
      expect(await steps.count()).toBe(0);
    } finally {
      await browser.close();
      await product.stop();
    }
  });
});

describe("pages of administrators, backups and the account", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
    await stage.call(adminCreateUser, { body: { email: user, password, role: "user" } });
  });
  afterAll(() => stage?.end());

  it.each(["users", "users/invitations", "jobs", "settings", "backups"])(
    "a user at /admin/%s reads that it is for administrators, and finds the way back",
    async (place) => {
      const { page, context } = await stage.open();
      await page.goto("/sign-in");
      await page.getByLabel("Email").fill(user);
      await page.getByLabel("Password", { exact: true }).fill(password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/files");
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`/admin/${place}`);
      await page.getByRole("heading", { level: 1, name: "Only administrators can open this page" }).waitFor();
      const main = page.getByRole("main");
      expect(await main.getByRole("button").count()).toBe(0);
      expect(asked.filter((path) => path.startsWith("/api/v1/admin"))).toEqual([]);
      if (place === "users") await axeFindsNothing(page);
      await main.getByRole("link", { name: "Go to your files" }).click();
      await page.waitForURL("**/files");
      await context.close();
    },
  );

  it("a failure names what did not load", async () => {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.route("**/api/v1/admin/users*", (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        body: JSON.stringify({ status: 500, code: "internal", title: "", detail: "Broken.", requestId: "r" }),
      }),
    );
    await page.goto("/admin/users");
    await page.getByRole("heading", { name: "Users not loaded" }).waitFor();
    expect(await page.getByText("That did not work").count()).toBe(0);
    await context.close();
  });

  it("jobs have names for people, and no noise of every minute", async () => {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.goto("/admin/jobs");
    const routine = page.getByLabel("Show routine checks");
    await routine.check();
    await page.getByText("Check backup schedules").first().waitFor({ timeout: 90_000 });
    expect(await page.getByText(/^[a-z]+\.[a-z-]+$/).count()).toBe(0);
    await axeFindsNothing(page);
    await routine.uncheck();
    await page.getByText("Check backup schedules").first().waitFor({ state: "detached" });
    await context.close();
  });

  it("the buttons of a long dialog stay in sight", async () => {
    const { page, context } = await stage.open({ viewport: { width: 1440, height: 900 } });
    await stage.signIn(page);
    await page.goto("/backups");
    await page.getByRole("link", { name: "Add another place" }).click();
    await page.waitForURL("**/admin/backups#targets");
    for (const height of [900, 600]) {
      await page.setViewportSize({ width: 1440, height });
      await page.getByRole("button", { name: "Add target" }).click();
      const button = page.getByRole("button", { name: "Test and add" });
      await button.waitFor();
      const [dialog, box] = [await page.getByRole("dialog").boundingBox(), await button.boundingBox()];
      expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThan((dialog?.y ?? 0) + (dialog?.height ?? 0));
      await axeFindsNothing(page);
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await context.close();
  });

  it("the recovery kit is offered once, and what was restored is shown where it is", async () => {
    const folder = await stage.call(createFolder, { body: { name: "Documents" } });
    const file = await stage.put("letter.txt", "a letter", folder.id);
    await backUp(stage, "account");
    await backUp(stage, "instance");
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.goto("/admin/backups");
    await page.getByText("The recovery kit has not been downloaded").first().waitFor();
    await page.getByRole("button", { name: "Test restore now" }).waitFor();
    expect(await page.getByRole("button", { name: "Download recovery kit" }).count()).toBe(1);
    await axeFindsNothing(page);

    await page.goto("/files");
    await row(page, "Documents").click();
    await page.keyboard.press("Delete");
    await page.getByText("“Documents” moved to the trash").waitFor();
    await page.goto("/backups");
    await page
      .getByRole("link", { name: /^Open the backup/ })
      .first()
      .click();
    await row(page, "Documents").dblclick();
    await row(page, "letter.txt").waitFor();
    await page.getByRole("button", { name: "Restore this folder…" }).click();
    await page.getByRole("radio", { name: "The original location" }).check();
    await page.getByRole("radio", { name: "Overwrite with backup" }).waitFor();
    await axeFindsNothing(page);
    await page.getByRole("button", { name: "Restore 1 file" }).click();
    await page.getByRole("link", { name: "Show files" }).click();
    await page.waitForURL(`**/files/${folder.id}`);
    await row(page, "letter.txt").waitFor();
    expect(file.parentId).toBe(folder.id);
    await context.close();
  });

  it("axe finds nothing on the account", async () => {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.goto("/account");
    await page.getByText("Export account data (without files)").waitFor();
    await page.getByText("This session").waitFor();
    await axeFindsNothing(page);
    await context.close();
  });

  it("axe finds nothing on the settings, which say the version", async () => {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.goto("/admin/settings");
    await page.getByText(/^Holdfast \d/).waitFor();
    await page.getByRole("radio", { name: "By invitation only" }).waitFor();
    await page.getByText("Next steps for your server").waitFor();
    await axeFindsNothing(page);
    await context.close();
  });

  it("the reference is searched by its operations, and axe finds nothing on a phone", async () => {
    const { page, context } = await stage.open({ viewport: { width: 390, height: 844 } });
    await page.goto("/docs");
    const operations = page.locator("summary").filter({ visible: true });
    const all = await operations.count();
    await page.getByLabel("Search operations").fill("PUT content");
    await expect.poll(() => operations.count()).toBeLessThan(5);
    expect(await operations.first().innerText()).toContain("/api/v1/files/content");
    await operations.first().click();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel("Search operations").fill("");
    await expect.poll(() => operations.count()).toBe(all);
    await context.close();
  });
});
