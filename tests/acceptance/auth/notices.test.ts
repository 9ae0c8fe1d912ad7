import { afterAll, beforeAll, expect, test } from "vitest";
import { type Call, createClient } from "../../../packages/contract/src/client.ts";
import {
  changeEmail,
  changePassword,
  confirmEmail,
  createAccessToken,
  listActivity,
  register,
} from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { type Installation, openInstallation } from "../../support/auth/modes.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import type { TestServer } from "../../support/server.ts";

let mailbox: Mailbox;
let installation: Installation;
let server: TestServer;
let call: Call;
beforeAll(async () => {
  mailbox = await startMailbox();
  installation = await openInstallation("embedded", { mailbox });
  server = await installation.startServer();
  call = createClient({ baseUrl: server.url });
});
afterAll(async () => {
  await installation.close();
  await mailbox.close();
});

const tokenHash = async (address: string) =>
  new URLSearchParams((await mailbox.next(address)).link().hash.slice(1)).get("token_hash") as string;

let people = 0;
async function someone(): Promise<Person> {
  const email = `told${++people}@example.org`;
  await call(register, { body: { email, password: testPassword } });
  await call(confirmEmail, { body: { tokenHash: await tokenHash(email), type: "signup" } });
  return signIn(server.url, email);
}

const notices = (to: string) =>
  mailbox.received
    .filter((mail) => mail.to === to && mail.subject.endsWith("(Holdfast)"))
    .map(({ subject }) => subject);
const said = (sentence: string) => `${sentence} (Holdfast)`;
const activity = async (person: Person) => (await person.call(listActivity, {})).items.map(({ action }) => action);
const token = { name: "script", scopes: ["files:read" as const], expiresAt: null };

test("who changes the password is told by mail, whichever endpoint it was, and sees it on the account page", async () => {
  const person = await someone();
  const next = "an entirely new one";
  await person.call(changePassword, { body: { currentPassword: testPassword, newPassword: next } });
  await expect.poll(() => notices(person.email)).toEqual([said("The password was changed.")]);
  const answer = await person.fetch("/auth/v1/user", {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ password: "yet another one" }),
  });
  expect(answer.status).toBe(200);
  await expect.poll(() => notices(person.email)).toHaveLength(2);
  expect(await activity(person)).toEqual(["user.password", "user.password", "user.confirm"]);
});

test("a change of address is told to both mailboxes", async () => {
  const person = await someone();
  const email = `moved${people}@example.org`;
  await person.call(changeEmail, { body: { email, currentPassword: testPassword } });
  for (const mailed of [person.email, email]) {
    await call(confirmEmail, { body: { tokenHash: await tokenHash(mailed), type: "email_change" } });
  }
  const changed = [said("The email address was changed.")];
  await expect.poll(() => notices(person.email)).toEqual(changed);
  await expect.poll(() => notices(email)).toEqual(changed);
});

test("a new device is told of, the first sign-in and a known one are not, and no mailbox is flooded", async () => {
  const person = await someone();
  await signIn(server.url, person.email);
  const elsewhere = (agent: string) =>
    fetch(`${server.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": agent },
      body: JSON.stringify({ email: person.email, password: testPassword, transport: "bearer" }),
    });
  for (const agent of ["Firefox/150.0", "Firefox/151.0", "Safari", "Edge", "Opera", "Lynx"]) await elsewhere(agent);
  for (let i = 0; i < 5; i++) await person.call(createAccessToken, { body: token });
  const told = (sentence: string) => notices(person.email).filter((subject) => subject === said(sentence)).length;
  await expect.poll(() => told("Somebody signed in on a new device or network.")).toBe(3);
  await expect.poll(() => told("An access token was made.")).toBe(3);
  const seen = await activity(person);
  expect(seen.filter((action) => action === "session.new_device")).toHaveLength(5);
  expect(seen.filter((action) => action === "token.create")).toHaveLength(5);
});

test("what others did is listed as theirs, and nobody sees another's", async () => {
  const person = await someone();
  const other = await someone();
  await server.admin.fetch(`/api/v1/admin/users/${person.id}`, {
    method: "PATCH",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ displayName: "Ada" }),
  });
  const { items } = await person.call(listActivity, { query: { limit: 1 } });
  expect(items).toMatchObject([{ action: "user.update", byMe: false }]);
  expect(await activity(other)).toEqual(["user.confirm"]);
});
