import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindsNothing } from "../axe.ts";
import { type Stage, setStage } from "../stage.ts";

describe("the pages of administrators", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage?.end());

  it("stand in groups below their place, and only where somebody is among them", async () => {
    const { page, context } = await stage.open({ reducedMotion: "reduce" });
    await stage.signIn(page);
    const places = page.getByRole("navigation", { name: "Main" });
    expect(await places.getByRole("link", { name: "Jobs" }).count()).toBe(0);
    await places.getByRole("link", { name: "Administration" }).click();
    await places.getByRole("list", { name: "Server" }).getByRole("link", { name: "Jobs" }).click();
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
    const current = places.locator('[aria-current="page"]');
    expect(await current.allInnerTexts()).toEqual(["Jobs"]);
    // What lies below a page belongs to it.
    await page.goto("/admin/users/invitations");
    await places.getByRole("link", { name: "Users" }).waitFor();
    expect(await current.allInnerTexts()).toEqual(["Users"]);
    await places.getByRole("link", { name: "Files" }).first().click();
    await places.getByRole("link", { name: "Jobs" }).waitFor({ state: "detached" });
    await context.close();
  });

  it("lead to a page each, and none to the page of something that is not there", async () => {
    const { page, context } = await stage.open();
    await stage.signIn(page);
    await page.goto("/admin/jobs");
    const places = page.getByRole("navigation", { name: "Main" });
    await places.getByRole("link", { name: "Jobs" }).waitFor();
    const links = await places.getByRole("link").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    const ofAdmins = links.filter((href) => href?.startsWith("/admin/"));
    expect(ofAdmins.length).toBeGreaterThan(3);
    for (const href of ofAdmins) expect((await page.request.get(href as string)).status(), href as string).toBe(200);
    await context.close();
  });

  it("are chosen from a list on a phone", async () => {
    const { page, context } = await stage.open({ viewport: { width: 390, height: 844 }, reducedMotion: "reduce" });
    await stage.signIn(page);
    await page.getByRole("link", { name: "Admin", exact: true }).click();
    const choice = page.getByRole("combobox", { name: "Page of the administration" });
    await choice.click();
    await page.getByRole("option", { name: "Settings" }).click();
    await page.getByRole("heading", { level: 1, name: "Settings" }).waitFor();
    expect(await choice.innerText()).toBe("Settings");
    await axeFindsNothing(page, "administration on a phone");
    await context.close();
  });
});
