import { createClient as createSupabase } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import {
  adminCreateUser,
  adminGetSettings,
  adminListUsers,
  adminUpdateSettings,
  adminUpdateUser,
  publicSettings,
  register,
} from "../../../packages/contract/src/index.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { type Person, registerPerson, signIn, testPassword } from "../../support/person.ts";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let installation: Installation;
  let server: AuthServer;
  let twin: AuthServer;
  let admin: Person;
  const env = {
    SIGNUP: "closed",
    HOLDFAST_AUTH_RATE_LIMIT: "0",
    HOLDFAST_ADMIN_EMAIL: "admin@example.org",
    HOLDFAST_ADMIN_PASSWORD: testPassword,
  };
  beforeAll(async () => {
    installation = await openInstallation(mode, { env });
    server = await installation.start();
    twin = await installation.start();
    admin = await signIn(server.url, "admin@example.org");
  });
  afterAll(() => installation.close());

  const setSignup = (signup: "closed" | "invite" | "open" | "approval") =>
    admin.call(adminUpdateSettings, { body: { signup } });

  async function supabase(url = server.url) {
    const key = await installation.keyOf("anon");
    return createSupabase(url, key, { auth: { persistSession: false } });
  }

  test("the administrator decides who may make an account, at both APIs and on every node", async () => {
    expect(await admin.call(adminGetSettings)).toEqual({
      signup: "closed",
      secondFactor: "nobody",
      directory: "visible",
    });
    await expect(registerPerson(server.url)).rejects.toMatchObject({ code: "signup_closed" });
    const client = await supabase(twin.url);
    const signUp = (name: string) => client.auth.signUp({ email: `${name}@example.org`, password: testPassword });
    expect((await signUp("early")).error?.code).toBe("signup_disabled");

    expect(await setSignup("open")).toEqual({ signup: "open", secondFactor: "nobody", directory: "visible" });
    expect((await createClient({ baseUrl: twin.url })(publicSettings)).signup).toBe("open");
    await registerPerson(twin.url);
    expect((await signUp("now")).error).toBeNull();

    await setSignup("invite");
    await expect(registerPerson(server.url)).rejects.toMatchObject({ code: "signup_closed" });
    expect((await signUp("late")).error?.code).toBe("signup_disabled");
    const { rows } = await server.pool.query(
      "select detail from holdfast.audit_log where action = 'settings.update' order by id",
    );
    expect(rows).toEqual([{ detail: { signup: "open" } }, { detail: { signup: "invite" } }]);
  });

  test("with approval an account waits until an administrator lets it in, by whatever API it came", async () => {
    await setSignup("approval");
    const call = createClient({ baseUrl: server.url });
    const email = "patient@example.org";
    expect(await call(register, { body: { email, password: testPassword, transport: "bearer" } })).toEqual({
      approvalPending: true,
    });
    await expect(signIn(server.url, email)).rejects.toMatchObject({ code: "approval_pending" });
    const direct = await (await supabase()).auth.signUp({ email: "direct@example.org", password: testPassword });
    const me = () =>
      fetch(`${twin.url}/api/v1/me`, { headers: { authorization: `Bearer ${direct.data.session?.access_token}` } });
    expect(await (await me()).json()).toMatchObject({ code: "approval_pending" });

    const { items } = await admin.call(adminListUsers, { query: { q: "direct@" } });
    expect(items).toMatchObject([{ status: "pending" }]);
    const id = items[0]?.id as string;
    const approved = await admin.call(adminUpdateUser, { params: { id }, body: { status: "active" } });
    expect(approved.status).toBe("active");
    await expect.poll(async () => (await me()).status).toBe(200);

    const made = { email: "made@example.org", password: testPassword };
    expect((await admin.call(adminCreateUser, { body: made })).status).toBe("active");
    const waiting = (await admin.call(adminListUsers, { query: { q: email } })).items[0]?.id as string;
    const refused = await admin.call(adminUpdateUser, { params: { id: waiting }, body: { status: "disabled" } });
    expect(refused.status).toBe("disabled");
    await expect(signIn(server.url, email)).rejects.toMatchObject({ code: "user_disabled" });
  });

  test("an admin who waits for approval does not count as the other one", async () => {
    const waiting = (await admin.call(adminListUsers, { query: { q: "patient@" } })).items[0]?.id as string;
    await server.pool.query(
      "update holdfast.users set awaiting_approval = true, role = 'admin', disabled_until = null where id = $1",
      [waiting],
    );
    await expect(
      admin.call(adminUpdateUser, { params: { id: admin.id }, body: { role: "user" } }),
    ).rejects.toMatchObject({ code: "last_admin" });
  });

  test("settings are for administrators", async () => {
    await setSignup("open");
    const person = await registerPerson(server.url);
    await expect(person.call(adminGetSettings)).rejects.toMatchObject({ code: "forbidden" });
    await expect(person.call(adminUpdateSettings, { body: { signup: "open" } })).rejects.toMatchObject({
      code: "forbidden",
    });
  });
});
