import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { axeFindsNothing } from "../axe.ts";
import { email, type Stage, setStage } from "../stage.ts";

let stage: Stage;
let page: Page;
let quiet: () => string[];

beforeAll(async () => {
  stage = await setStage();
  ({ page, quiet } = await stage.open({ reducedMotion: "reduce" }));
  await stage.signIn(page);
});
afterAll(() => stage?.end());

it("tells many refused attempts as one, and sign-ins alone where that is asked", async () => {
  for (let i = 0; i < 3; i++) {
    await fetch(`${stage.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "guess" }),
    });
  }
  await page.goto("/account");
  const section = page.locator("section", { has: page.getByRole("heading", { name: "Sign-in history" }) });
  await section.getByText("Refused: wrong password, code or passkey · 3 times").waitFor();
  await section.getByText("Signed in").first().waitFor();
  await axeFindsNothing(page);
  const choice = section.getByRole("combobox", { name: "Attempts shown" });
  await choice.click();
  await page.getByRole("option", { name: "Sign-ins" }).click();
  await section.getByText("Refused: wrong password, code or passkey").waitFor({ state: "detached" });
  await section.getByText("Signed in").first().waitFor();
  // Whoever chose by the keyboard is where they were.
  expect(await choice.evaluate((element) => element.matches(":focus"))).toBe(true);
  expect(quiet()).toEqual([]);
});

it("says on the sign-in page that a session has ended", async () => {
  const { items } = (await (await page.request.get(`${stage.url}/api/v1/auth/sessions`)).json()) as {
    items: { id: string; current: boolean }[];
  };
  const { page: other } = await stage.open();
  await stage.signIn(other);
  const current = items.find((session) => session.current);
  // From the other browser, so that this one keeps its cookies.
  await other.request.delete(`${stage.url}/api/v1/auth/sessions/${current?.id}`, { headers: { origin: stage.url } });
  await page.goto("/sign-in");
  await page.getByText(/^Your session has ended/).waitFor();
  const { page: stranger } = await stage.open();
  await stranger.goto("/sign-in");
  await stranger.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await stranger.getByText(/^Your session has ended/).count()).toBe(0);
});
