import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adminUpdateSettings } from "../../../packages/contract/src/index.ts";
import { email, openPage, password, type Stage, setStage } from "../stage.ts";

let stage: Stage;
/** Passkeys belong to a host name; the stage's own address is a number. */
let url: string;
beforeAll(async () => {
  stage = await setStage();
  url = stage.url.replace("127.0.0.1", "localhost");
});
afterAll(() => stage.end());

/** Chromium's own authenticator, with a person who is always there and shows a finger where asked. */
async function withAuthenticator(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return { cdp, authenticatorId };
}

async function enterPassword(page: Page): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const section = (page: Page) => page.getByRole("region", { name: "Passkeys" });

test("add a passkey, sign in with it, rename and remove it, by mouse and keyboard", async () => {
  const { page, context, quiet } = await openPage(stage.browser, url);
  const { cdp, authenticatorId } = await withAuthenticator(page);
  await page.goto("/sign-in");
  await enterPassword(page);
  await page.waitForURL("**/files");
  await page.goto("/account");
  await section(page).getByRole("button", { name: "Add a passkey" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Ada's laptop");
  await dialog.getByLabel("Name").press("Enter");
  await section(page).getByText("Ada's laptop").waitFor();
  await section(page).getByText("Never used").waitFor();
  expect((await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials).toHaveLength(1);

  // A second one on the same device is refused by the device.
  await section(page).getByRole("button", { name: "Add another passkey" }).click();
  await dialog.getByRole("button", { name: "Create passkey" }).click();
  await dialog.getByText("This device already has a passkey for your account.").waitFor();
  await page.keyboard.press("Escape");

  // By what the browser offers where the email is filled in: Chromium's authenticator picks it by itself.
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.waitForURL("**/files");

  await context.clearCookies();
  await page.addInitScript({ content: "PublicKeyCredential.isConditionalMediationAvailable = async () => false" });
  await page.goto("/sign-in");
  expect(await page.getByLabel("Email").getAttribute("autocomplete")).toBe("username webauthn");
  await page.getByRole("button", { name: "Use a passkey" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL("**/files");

  await page.goto("/account");
  await section(page).getByText("Last used").waitFor();
  await section(page).getByRole("button", { name: "Rename Ada's laptop" }).click();
  await dialog.getByLabel("Name").fill("Old laptop");
  await dialog.getByRole("button", { name: "Save" }).click();
  await section(page).getByText("Old laptop").waitFor();
  await section(page).getByRole("button", { name: "Remove Old laptop" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await section(page).getByText("None yet.").waitFor();

  // The device still has it, and the server does not know it any more.
  await context.clearCookies();
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("The passkey was not accepted.").waitFor();
  expect(quiet()).toEqual([]);
  await context.close();
});

test("where passkeys cannot be used, the page says why and offers none", async () => {
  const { page, context } = await openPage(stage.browser, stage.url);
  await page.goto("/sign-in");
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  expect(await page.getByRole("button", { name: "Use a passkey" }).count()).toBe(0);
  await enterPassword(page);
  await page.waitForURL("**/files");
  await page.goto("/account");
  await section(page).getByText("Passkeys do not work at this address.").waitFor();
  expect(await section(page).getByRole("button").count()).toBe(0);
  await context.close();
});

test("a passkey is the second factor where the server asks for one", async () => {
  const { page, context } = await openPage(stage.browser, url, { viewport: { width: 390, height: 844 } });
  const { cdp, authenticatorId } = await withAuthenticator(page);
  await page.goto("/sign-in");
  await enterPassword(page);
  await page.waitForURL("**/files");
  await stage.call(adminUpdateSettings, { body: { secondFactor: "everybody" } });
  await page.goto("/files");
  await page.getByRole("heading", { name: "Set up a second factor" }).waitFor();
  await page.getByRole("button", { name: "Use a passkey instead" }).click();
  await page.getByRole("button", { name: "Create passkey" }).click();
  await page.getByRole("button", { name: "I have saved them" }).click();
  await page.getByRole("button", { name: "New", exact: true }).waitFor();

  await context.clearCookies();
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
  await page.goto("/sign-in");
  await enterPassword(page);
  await page.getByText("Use your passkey to finish signing in.").waitFor();
  expect(await page.getByLabel("Code", { exact: true }).count()).toBe(0);
  // A finger that does not fit, then one that does.
  await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true });
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.getByText("No passkey was used.").waitFor();
  await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL("**/files");
  await context.close();
});
