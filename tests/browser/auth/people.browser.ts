import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { adminListUsers } from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { axeFindsNothing } from "../axe.ts";
import { email, password, type Stage, setStage } from "../stage.ts";

let mailbox: Mailbox;
let stage: Stage;
let admin: Page;
let quiet: () => string[];

beforeAll(async () => {
  mailbox = await startMailbox();
  stage = await setStage({ SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` });
  ({ page: admin, quiet } = await stage.open({ reducedMotion: "reduce" }));
  await stage.signIn(admin);
});
afterAll(async () => {
  await stage?.end();
  await mailbox?.close();
});

const fill = (page: Page, label: string, text: string) => page.getByLabel(label, { exact: true }).fill(text);
const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const told = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

async function choose(group: string, option: string): Promise<void> {
  await admin.goto("/admin/settings");
  await admin.getByRole("radiogroup", { name: group }).getByRole("radio", { name: option, exact: true }).check();
}

async function signInAs(page: Page, address: string): Promise<void> {
  await page.goto("/sign-in");
  await fill(page, "Email", address);
  await fill(page, "Password", password);
  await press(page, "Sign in");
}

async function choosePassword(page: Page): Promise<void> {
  await fill(page, "Password", password);
  await page.locator("form").getByRole("button").last().click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
}

it("sign-up with approval: asked for, confirmed by mail, let in by an administrator", async () => {
  await choose("Sign-up", "With approval");
  await told(admin, "Saved");
  await axeFindsNothing(admin);
  const { page, context, quiet: calm } = await stage.open({ reducedMotion: "reduce" });
  await page.clock.install();
  await page.goto("/register");
  await fill(page, "Email", "patient@example.org");
  await fill(page, "Password", password);
  await press(page, "Create account");
  await told(page, "Check your email");
  // The mail may be sent once more after a minute; the server does not take the page's word for that.
  const resend = page.getByRole("button", { name: /Send the email again/ });
  expect(await resend.isDisabled()).toBe(true);
  await axeFindsNothing(page);
  await page.clock.fastForward(61_000);
  await press(page, "Send the email again");
  await page.getByRole("alert").filter({ hasText: "Too many attempts" }).waitFor();
  const link = (await mailbox.next("patient@example.org")).link();
  expect(link.origin).toBe(stage.url);
  await page.goto(link.href);
  await page.locator("form").getByRole("button").click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  await signInAs(page, "patient@example.org");
  await page.getByRole("alert").waitFor();
  expect(page.url()).toContain("/sign-in");

  await admin.goto("/admin/users");
  const row = admin.getByRole("button").filter({ hasText: "patient@example.org" });
  await row.getByText("Waiting for approval").waitFor();
  await row.click();
  await press(admin, "Approve");
  await told(admin, "They can sign in now");
  await signInAs(page, "patient@example.org");
  await page.waitForURL("**/files");
  expect(calm()).toEqual([]);
  await context.close();
});

it("an invitation: mailed, listed, handed over again, taken up", async () => {
  await choose("Sign-up", "By invitation only");
  await admin.goto("/admin/users");
  await press(admin, "Invite");
  const dialog = admin.getByRole("dialog");
  await dialog.getByLabel("Email", { exact: true }).fill("guest@example.org");
  await dialog.getByLabel("Name").fill("Grace Guest");
  await press(admin, "Send invitation");
  await told(admin, "Invitation sent to guest@example.org");
  await admin
    .getByRole("navigation", { name: "Users and invitations" })
    .getByRole("link", { name: "Invitations" })
    .click();
  await admin.waitForURL("**/admin/users/invitations");
  const row = admin.getByRole("listitem").filter({ hasText: "guest@example.org" });
  await row.getByText(`Sent by email by ${email}`).waitFor();
  await row.getByText("Expires").waitFor();
  await axeFindsNothing(admin);

  const link = (await mailbox.next("guest@example.org")).link();
  const { page, context } = await stage.open();
  await page.goto(link.href);
  await choosePassword(page);
  await signInAs(page, "guest@example.org");
  await page.waitForURL("**/files");
  await context.close();
  await admin.reload();
  await told(admin, "No open invitations");
  expect((await stage.call(adminListUsers, { query: { q: "guest@" } })).items).toMatchObject([
    { displayName: "Grace Guest", status: "active" },
  ]);
});

it("a link handed over: shown once, made again, taken back", async () => {
  await admin.goto("/admin/users/invitations");
  await press(admin, "Invite");
  await admin.getByRole("dialog").getByLabel("Email", { exact: true }).fill("other@example.org");
  await admin.getByLabel("Pass the link on myself instead of sending an email").check();
  await press(admin, "Create link");
  const first = await admin.getByRole("textbox", { name: "Invitation link" }).inputValue();
  expect(new URL(first).origin).toBe(stage.url);
  await press(admin, "Done");
  const row = admin.getByRole("listitem").filter({ hasText: "other@example.org" });
  await row.getByText(`Link passed on by ${email}`).waitFor();
  await press(admin, "New link: other@example.org");
  const second = await admin.getByRole("textbox", { name: "Invitation link" }).inputValue();
  expect(second).not.toBe(first);
  await press(admin, "Done");
  await press(admin, "Revoke: other@example.org");
  await admin.getByRole("alertdialog").getByRole("button", { name: "Revoke" }).click();
  await told(admin, "No open invitations");
  for (const link of [first, second]) {
    const { page, context } = await stage.open();
    await page.goto(link);
    await fill(page, "Password", password);
    await page.locator("form").getByRole("button").last().click();
    await page.getByRole("alert").filter({ hasText: "expired or was used" }).waitFor();
    await context.close();
  }
});

it("two factors for administrators: who decides it without having one is asked first, and sets one up next", async () => {
  await choose("Second factor", "Administrators");
  const question = admin.getByRole("alertdialog");
  await question.getByRole("button", { name: "Cancel" }).click();
  await admin.getByRole("radio", { name: "No one" }).and(admin.locator(":checked")).waitFor();
  await choose("Second factor", "Administrators");
  const answered = admin.waitForResponse((response) => response.request().method() === "PATCH");
  await question.getByRole("button", { name: "Require it" }).click();
  expect((await answered).status()).toBe(200);
  await admin.goto("/files");
  // The frame is there before it is known who looks; then only this.
  await admin.getByRole("heading", { level: 1, name: "Set up a second factor" }).waitFor();
  expect(await admin.getByRole("button", { name: "New", exact: true }).count()).toBe(0);
  await axeFindsNothing(admin);
  expect(quiet()).toEqual([]);
});
