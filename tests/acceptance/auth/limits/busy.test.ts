import { afterAll, beforeAll, expect, test } from "vitest";
import { createShare } from "../../../../packages/contract/src/index.ts";
import { registerPerson, testPassword } from "../../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../../support/server.ts";

let server: TestServer;
beforeAll(async () => {
  // With the limits by address that an installation has: a refusal for want of time must not use them up either.
  server = await startServer({ HOLDFAST_AUTH_RATE_LIMIT: "30", LOG_LEVEL: "fatal" });
});
afterAll(() => server.close());

/** Runs `work` while as many passwords wait to be hashed as may. */
async function whileBusy(work: () => Promise<void>): Promise<void> {
  const { passwords } = server.services.sharing;
  let over = false;
  let refused = 0;
  const load = async () => {
    while (!over) {
      await passwords.hash("something else").catch(() => {
        refused += 1;
        return new Promise((resolve) => setTimeout(resolve, 2));
      });
    }
  };
  const loads = Array.from({ length: 200 }, load);
  await eventually(() => refused > 0);
  await work().finally(() => {
    over = true;
  });
  await Promise.all(loads);
}

const post = (path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

/** Asks until it was refused as often as would lead to a wait, had each been a failure. */
async function refusedOften(ask: () => Promise<Response>, times: number, code: (answer: Response) => Promise<string>) {
  let refusals = 0;
  for (let i = 0; refusals < times && i < times * 10; i++) {
    const answer = await ask();
    if (answer.ok) continue;
    expect(answer.status, await answer.clone().text()).toBe(503);
    expect(await code(answer)).toBe("server_busy");
    expect(answer.headers.get("retry-after")).toMatch(/^[1-9]\d*$/);
    refusals += 1;
  }
  expect(refusals).toBe(times);
}

const ourCode = async (answer: Response) => ((await answer.json()) as { code: string }).code;
const supabaseCode = async (answer: Response) => answer.headers.get("x-sb-error-code") ?? "";

test("a sign-in that is refused because passwords wait is told so, and is no failed attempt", async () => {
  const ann = await registerPerson(server.url, "ann");
  const body = { email: ann.email, password: testPassword, transport: "bearer" };
  const ask = () => post("/api/v1/auth/login", body);
  await whileBusy(() => refusedOften(ask, 12, ourCode));
  expect((await ask()).status).toBe(200);
  expect((await post("/api/v1/auth/login", { ...body, password: "wrong" })).status).toBe(401);
  expect((await ask()).status).toBe(200);
});

test("the same at Supabase Auth's endpoint", async () => {
  const bob = await registerPerson(server.url, "bob");
  const ask = () => post("/auth/v1/token?grant_type=password", { email: bob.email, password: testPassword });
  await whileBusy(() => refusedOften(ask, 12, supabaseCode));
  expect((await ask()).status).toBe(200);
});

test("a link's right password is not taken for a wrong one", async () => {
  const file = await server.admin.put("shared.txt", "what is shared");
  const share = await server.admin.call(createShare, {
    body: { fileId: file.id, linkType: "permanent", password: "open sesame" },
  });
  const ask = () => post(`/api/v1/public/shares/${share.token}/unlock`, { password: "open sesame" });
  await whileBusy(() => refusedOften(ask, 22, ourCode));
  const { status, headers } = await ask();
  expect([status, headers.get("retry-after")]).toEqual([200, null]);
});

test("changing a password, making an account and setting a link's password say the same and count for nothing", async () => {
  const eve = await registerPerson(server.url, "eve");
  const change = () =>
    post("/api/v1/auth/password", { currentPassword: testPassword, newPassword: "another good one" }, eve.headers);
  const file = await server.admin.put("to share.txt", "x");
  const share = () =>
    post("/api/v1/shares", { fileId: file.id, linkType: "permanent", password: "open sesame" }, server.admin.headers);
  let made = 0;
  const register = () => {
    made += 1;
    return post("/api/v1/auth/register", {
      email: `n${made}@example.org`,
      password: testPassword,
      transport: "bearer",
    });
  };
  await whileBusy(async () => {
    // Each of these may get through between two refusals; then it has been refused often enough before.
    for (const ask of [share, register, change]) await refusedOften(ask, ask === change ? 1 : 3, ourCode);
  });
  expect((await register()).ok).toBe(true);
});
