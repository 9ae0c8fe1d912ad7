import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFolder, createShare } from "../../packages/contract/src/index.ts";
import { axeFindings as findings, looks } from "./axe.ts";
import { email, row, type Stage, setStage } from "./stage.ts";

let stage: Stage;
let tokens: Record<"file" | "folder" | "locked" | "request", string>;

beforeAll(async () => {
  stage = await setStage();
  const folder = await stage.call(createFolder, { body: { name: "Photos" } });
  await stage.call(createFolder, { body: { name: "Inner", parentId: folder.id } });
  await stage.put("inside.txt", "inside", folder.id);
  const file = await stage.put("report.txt", "the report");
  await stage.put("data.json", "{}");
  const share = async (fileId: string, more: object) =>
    (await stage.call(createShare, { body: { fileId, linkType: "permanent", ...more } })).token;
  tokens = {
    file: await share(file.id, {}),
    folder: await share(folder.id, {}),
    locked: await share(file.id, { password: "sesame" }),
    request: await share(folder.id, { allowUpload: true }),
  };
});
afterAll(() => stage?.end());

describe.each(looks)("axe finds nothing, $colorScheme, $width wide", ({ colorScheme, width }) => {
  let page: Page;
  beforeAll(async () => {
    ({ page } = await stage.open({ colorScheme, reducedMotion: "reduce", viewport: { width, height: 800 } }));
  });
  afterAll(() => page?.context().close());

  it("before anybody signs in", async () => {
    await page.goto("/sign-in");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.goto("/setup");
    await page.getByText("Set-up is done").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.goto("/register");
    await page.getByText("Sign-up is closed").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.goto("/no-such-page");
    await page.getByText("Page not found").waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it.each(["file", "folder", "locked", "request"] as const)("on a link: %s", async (kind) => {
    await page.goto(`/s/${tokens[kind]}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    if (kind === "folder") await page.getByText("inside.txt").waitFor();
    expect(await findings(page)).toEqual([]);
  });

  it("among files: list, selection, menu, tiles, empty", async () => {
    await stage.signIn(page);
    await row(page, "report.txt").waitFor();
    expect(await findings(page)).toEqual([]);
    await row(page, "report.txt").click();
    expect(await findings(page)).toEqual([]);
    await row(page, "report.txt").click({ button: "right" });
    await page.getByRole("menu").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Show as tiles" }).click();
    await page.getByRole("gridcell").first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: "Show as list" }).click();
    await row(page, "Photos").dblclick();
    await row(page, "Inner").dblclick();
    await page.getByText("Nothing here yet").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.goto("/files");
    await row(page, "report.txt").waitFor();
  });

  it.each([
    ["Preview", "Download"],
    ["Share", "Create link and copy it"],
    ["Move to…", "Move here"],
    ["Details", "Download this version"],
  ])("in the dialog of %s", async (command, shown) => {
    await row(page, "report.txt").click({ button: "right" });
    await page.getByRole("menuitem", { name: command }).click();
    await page
      .getByRole("dialog")
      .getByLabel(shown)
      .or(page.getByRole("dialog").getByRole("button", { name: shown }))
      .first()
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  });

  it("in the tray, and in the question about names that are taken", async () => {
    const files = ["report.txt", "new one.txt"].map((name) => ({
      name,
      mimeType: "text/plain",
      buffer: Buffer.from(`${colorScheme} ${width}`),
    }));
    await page.getByLabel("Upload files", { exact: true }).setInputFiles(files);
    await page.getByRole("dialog", { name: /already exists?/ }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("button", { name: /Skip/ }).click();
    await page
      .getByRole("region", { name: "Uploads" })
      .getByText(/uploads? done/)
      .waitFor();
    expect(await findings(page)).toEqual([]);
    await page.getByRole("region", { name: "Uploads" }).getByRole("button", { name: "Close" }).click();
  });

  it.each(["New", "Account"])("in the menu %s", async (name) => {
    await page.getByRole("button", { name, exact: true }).click();
    await page.getByRole("menu").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "detached" });
  });

  it("without a connection, and when the list fails", async () => {
    await page.context().setOffline(true);
    await page.getByRole("link", { name: "Trash" }).locator("visible=true").first().click();
    await page.getByText("No connection.").first().waitFor();
    expect(await findings(page)).toEqual([]);
    await page.context().setOffline(false);
    await page.getByText("The trash is empty").waitFor();
    await page.route("**/api/v1/shares*", (route) =>
      route.fulfill({
        status: 500,
        contentType: "application/problem+json",
        json: { status: 500, code: "internal", title: "", detail: "This was made to fail.", requestId: "r" },
      }),
    );
    await page.goto("/shares");
    await page.getByText("Links not loaded").waitFor();
    expect(await findings(page)).toEqual([]);
    await page.unrouteAll();
    await page.goto("/files");
    await row(page, "report.txt").waitFor();
  });

  it("in the palette", async () => {
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("report");
    await page.getByRole("option", { name: /report\.txt/ }).waitFor();
    expect(await findings(page)).toEqual([]);
    await page.keyboard.press("Escape");
  });

  it.each([
    ["/shared", "Nothing shared with you yet"],
    ["/shares", "Photos"],
    ["/trash", "The trash is empty"],
    ["/account", "Sign-in history"],
    ["/admin/users", email],
    ["/admin/jobs", "Jobs"],
    ["/admin/health", "Maintenance mode"],
    ["/admin/logs", "Logs"],
    ["/admin/database", "Slowest statements"],
    ["/admin/nodes", "Memory of the machine"],
    ["/admin/updates", "Is there a newer version?"],
    ["/admin/settings", "Second factor"],
    ["/admin/backups", "Server backups"],
    ["/backups", "Backups"],
    ["/search?q=report", "report.txt"],
    ["/docs", "API reference"],
  ])("on %s", async (path, shown) => {
    await page.goto(path);
    // The list of pages, which a phone shows, names them all.
    await page.locator("main").getByText(shown, { exact: true }).filter({ visible: true }).first().waitFor();
    expect(await findings(page)).toEqual([]);
  });
});
