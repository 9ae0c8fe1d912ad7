import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import { adminCreateUser, listFiles, listSpaces, login } from "../../../packages/contract/src/index.ts";
import { axeFindings, looks } from "../axe.ts";
import { password, row, type Stage, setStage } from "../stage.ts";

let stage: Stage;
let ada: Page;
let bob: Page;
let quiet: (() => string[])[];
const bobsEmail = "bob@example.org";

beforeAll(async () => {
  stage = await setStage();
  await stage.call(adminCreateUser, { body: { email: bobsEmail, password, displayName: "Bob Ross" } });
  const pages = [await stage.open(), await stage.open()] as const;
  [ada, bob] = [pages[0].page, pages[1].page];
  quiet = pages.map((each) => each.quiet);
  await stage.signIn(ada);
  await signInAs(bob, bobsEmail);
});
afterAll(() => stage?.end());

async function signInAs(page: Page, who: string): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("Email").fill(who);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/files");
}

const main = (page: Page) => page.getByRole("navigation", { name: "Main" });

describe("a team", () => {
  it("is made, and a member added by the beginning of their name", async () => {
    await main(ada).getByRole("link", { name: "Teams", exact: true }).click();
    await ada.getByRole("button", { name: "New team" }).click();
    await ada.getByLabel("Name").fill("Garden club");
    await ada.getByRole("button", { name: "Create team" }).click();
    await ada.getByRole("heading", { level: 1, name: "Garden club" }).waitFor();
    await ada.getByRole("combobox", { name: "Add a person or group" }).fill("bob");
    await ada.getByRole("option", { name: /Bob Ross/ }).waitFor();
    await ada.keyboard.press("Enter");
    await ada.getByRole("list", { name: "Members" }).getByText("Bob Ross").waitFor();
    await ada.getByText("2 members").first().waitFor();
  });

  it("is seen by the member, who uploads into it; the path begins with the team", async () => {
    await main(bob).getByRole("link", { name: "Teams", exact: true }).click();
    await bob.getByRole("link", { name: /Garden club.*you are editor/ }).click();
    await bob.waitForURL(/\/files\/[0-9a-f-]{36}$/);
    await bob.getByRole("heading", { level: 1, name: "Garden club" }).waitFor();
    const chooser = bob.waitForEvent("filechooser");
    await bob.getByRole("button", { name: "New", exact: true }).click();
    await bob.getByRole("menuitem", { name: "Upload files" }).click();
    await (await chooser).setFiles([{ name: "tulips.txt", mimeType: "text/plain", buffer: Buffer.from("red") }]);
    await row(bob, "tulips.txt").waitFor();
    await bob.getByRole("button", { name: "New", exact: true }).click();
    await bob.getByRole("menuitem", { name: "New folder" }).click();
    await bob.getByRole("dialog").getByRole("textbox").fill("Minutes");
    await bob.getByRole("dialog").getByRole("button", { name: "Create" }).click();
    await row(bob, "Minutes").dblclick();
    const path = bob.getByRole("navigation", { name: "Path" });
    await path.getByRole("link", { name: "Minutes" }).waitFor();
    expect(await path.getByRole("link").allInnerTexts()).toEqual(["Garden club", "Minutes"]);
    await path.getByRole("link", { name: "Garden club" }).click();
    const { items } = await stage.call(listSpaces, {});
    const files = await stage.call(listFiles, { query: { parentId: items[0]?.id as string } });
    expect(files.items.map(({ name }) => name)).toEqual(["Minutes", "tulips.txt"]);
    expect((await stage.call(listFiles, {})).items).toEqual([]);
  });

  it("has a trash of its own, which says who threw what away", async () => {
    await row(bob, "tulips.txt").click();
    await bob.keyboard.press("Delete");
    await row(bob, "tulips.txt").waitFor({ state: "detached" });
    await ada.getByRole("link", { name: "Trash" }).last().click();
    await ada.getByRole("heading", { level: 1, name: "Trash of Garden club" }).waitFor();
    await ada.getByText("deleted by Bob Ross").waitFor();
    await ada.getByRole("button", { name: "Restore tulips.txt" }).click();
    await ada.getByText("deleted by Bob Ross").waitFor({ state: "detached" });
    await row(bob, "tulips.txt").waitFor();
  });

  it("that is archived nobody writes to", async () => {
    await ada.goto("/teams");
    await ada.getByRole("link", { name: "Members and settings of Garden club" }).click();
    await ada.getByRole("tab", { name: "Settings" }).click();
    await ada.getByRole("button", { name: "Archive team" }).click();
    await ada.getByRole("alertdialog").getByRole("button", { name: "Archive team" }).click();
    await ada.getByText("Archived", { exact: true }).waitFor();
    await bob.reload();
    await row(bob, "tulips.txt").waitFor();
    await bob.getByText(/You can only see these files/).waitFor();
    expect(await bob.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
    const answer = await upload();
    expect(answer.status).toBe(403);
    await ada.getByRole("button", { name: "Unarchive team" }).click();
    await ada.getByRole("button", { name: "Archive team" }).waitFor();
    await bob.reload();
    await bob.getByRole("button", { name: "New", exact: true }).click();
    await bob.keyboard.press("Escape");
  });

  it("is deleted by its name, and brought back", async () => {
    await ada.getByRole("button", { name: "Delete team" }).click();
    const field = ada.getByLabel("Type “Garden club” to confirm");
    await field.fill("Garden");
    await ada.getByRole("dialog").getByRole("button", { name: "Delete team" }).click();
    await ada.getByRole("alert").filter({ hasText: "This is not the name of the team" }).waitFor();
    await field.fill("Garden club");
    await ada.getByRole("dialog").getByRole("button", { name: "Delete team" }).click();
    await ada.getByText("This team is deleted").waitFor();
    await bob.goto("/teams");
    await bob.getByText("No teams yet").waitFor();
    await ada.getByRole("button", { name: "Bring it back" }).click();
    await ada.getByRole("tab", { name: "Members" }).waitFor();
    expect(quiet.flatMap((errors) => errors())).toEqual([]);
  });

  async function upload(): Promise<Response> {
    const body = { email: bobsEmail, password, transport: "bearer" as const };
    const grant = await createClient({ baseUrl: stage.url })(login, { body });
    const { items } = await stage.call(listSpaces, {});
    return fetch(`${stage.url}/api/v1/files/content?name=late.txt&parentId=${items[0]?.id}`, {
      ...{ method: "PUT", body: "late", headers: { authorization: `Bearer ${grant.accessToken}` } },
    });
  }
});

describe("administrators", () => {
  it("make a group and put somebody in it", async () => {
    await ada.goto("/admin/groups");
    await ada.getByRole("button", { name: "New group" }).click();
    await ada.getByLabel("Name", { exact: true }).fill("Editors");
    await ada.getByRole("button", { name: "Create group" }).click();
    await ada.getByRole("button", { name: /Editors/ }).click();
    const dialog = ada.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Add a person" }).fill("bob");
    await dialog.getByRole("option", { name: /Bob Ross/ }).click();
    await dialog.getByRole("list", { name: "Members" }).getByText("Bob Ross").waitFor();
    await ada.keyboard.press("Escape");
    await ada.getByText("1 member").waitFor();
  });

  it("give a team a quota", async () => {
    await ada.goto("/admin/teams");
    await ada.getByRole("button", { name: /Garden club/ }).click();
    await ada.getByLabel("Quota (GB)").fill("2");
    await ada.getByRole("button", { name: "Save" }).click();
    await ada.getByText("3 B of 2 GB").waitFor();
  });
});

describe.each(looks)("axe finds nothing, $colorScheme, $width wide", ({ colorScheme, width }) => {
  it("on the pages of teams and groups", async () => {
    const { page } = await stage.open({ colorScheme, reducedMotion: "reduce", viewport: { width, height: 800 } });
    await stage.signIn(page);
    const shots = process.env.HOLDFAST_SHOTS;
    const look = async (name: string) => {
      if (shots) await page.screenshot({ path: `${shots}/${name}-${colorScheme}-${width}.png` });
      expect(await axeFindings(page)).toEqual([]);
    };
    await page.goto("/teams");
    await page.getByText("Garden club").waitFor();
    await look("teams");
    await page.getByRole("link", { name: "Members and settings of Garden club" }).click();
    await page.getByRole("list", { name: "Members" }).waitFor();
    await page.getByRole("combobox").first().fill("bob");
    await page.getByRole("option").first().waitFor();
    await look("members");
    await page.getByRole("tab", { name: "Settings" }).click();
    await look("settings");
    await page.getByRole("tab", { name: "Backups" }).click();
    await page.getByText("This team has no backup yet").waitFor();
    await look("backups");
    await page.getByRole("tab", { name: "Links" }).click();
    await page.getByText("No links").waitFor();
    await page.getByRole("link", { name: "Open files" }).click();
    await row(page, "tulips.txt").waitFor();
    await look("files");
    await page.goto("/admin/groups");
    await page.getByRole("button", { name: /Editors/ }).click();
    await page.getByRole("dialog").getByRole("list", { name: "Members" }).waitFor();
    await look("group");
    await page.goto("/admin/teams");
    await page.getByRole("button", { name: /Garden club/ }).click();
    await page.getByRole("dialog").getByText("Bob Ross").waitFor();
    await look("admin-team");
    await page.context().close();
  });
});
