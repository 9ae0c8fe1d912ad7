import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { email, password, type Stage, setStage } from "../stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.end());

/** RFC 6238 with its defaults. */
function totp(secret: string, steps: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac("sha1", key).update(counter).digest();
  const value = mac.readUInt32BE((mac[19] as number) & 15) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, "0");
}

test("set up an authenticator, keep the codes, and sign in with two steps or a recovery code", async () => {
  const { page, quiet, context } = await stage.open();
  await stage.signIn(page);
  await page.goto(`${stage.url}/account`);
  await page.getByRole("button", { name: "Set up an app" }).click();
  await page.getByRole("button", { name: "Next" }).click();
  await page.getByAltText("QR code for your authenticator app").waitFor();
  const secret = await page.getByRole("dialog").locator("code").innerText();
  await page.getByLabel("Code", { exact: true }).fill(totp(secret, 0));
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("button", { name: "I have saved them" }).waitFor();
  const codes = await page.getByRole("dialog").getByRole("listitem").allInnerTexts();
  expect(codes).toHaveLength(10);
  await page.getByRole("button", { name: "I have saved them" }).click();
  await page.getByText("10 recovery codes left").waitFor();
  expect(quiet()).toEqual([]);
  await context.close();

  const phone = await stage.open({ viewport: { width: 390, height: 844 } });
  const firstStep = async () => {
    await phone.page.goto(`${stage.url}/sign-in`);
    await phone.page.getByLabel("Email").fill(email);
    await phone.page.getByLabel("Password", { exact: true }).fill(password);
    await phone.page.getByRole("button", { name: "Sign in", exact: true }).click();
    await phone.page.getByLabel("Code", { exact: true }).waitFor();
  };
  await firstStep();
  await phone.page.getByLabel("Code", { exact: true }).fill("000000");
  await phone.page.getByRole("button", { name: "Continue" }).click();
  await phone.page.getByText("The code is wrong").waitFor();
  await phone.page.getByLabel("Code", { exact: true }).fill(totp(secret, 1));
  await phone.page.getByRole("button", { name: "Continue" }).click();
  await phone.page.waitForURL("**/files");
  await phone.context.clearCookies();
  await firstStep();
  await phone.page.getByRole("button", { name: "Use a recovery code" }).click();
  await phone.page.getByLabel("Recovery code").fill(codes[0] as string);
  await phone.page.getByRole("button", { name: "Continue" }).click();
  await phone.page.waitForURL("**/files");
  await phone.page.goto(`${stage.url}/account`);
  await phone.page.getByText("9 recovery codes left").waitFor();
  await phone.context.close();
});
