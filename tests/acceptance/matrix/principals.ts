import { createHmac } from "node:crypto";
import {
  adminUpdateSettings,
  adminUpdateUser,
  confirmFactor,
  createAccessToken,
  enrolFactor,
  logout,
  type Operation,
  scopeOf,
  type TokenScope,
  tokenScopeSchema,
} from "../../../packages/contract/src/index.ts";
import { totp } from "../../support/auth/totp.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import type { TestServer } from "../../support/server.ts";

/** The Auth service's own way to a token, which knows nothing of what Holdfast asks for besides. */
async function bareToken(server: TestServer, email: string): Promise<string | null> {
  const answer = await fetch(`${server.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: testPassword }),
  });
  return answer.ok ? (((await answer.json()) as { access_token: string }).access_token ?? null) : null;
}

export interface Refused {
  readonly who: string;
  readonly headers: Record<string, string>;
  readonly statuses: readonly number[];
  readonly codes: readonly string[];
}

/** Everybody with something like a credential who is let in nowhere. */
export async function refusedEverywhere(server: TestServer, owner: Person): Promise<Refused[]> {
  const update = (id: string, body: { role?: "admin" | "user"; status?: "disabled" }) =>
    server.admin.call(adminUpdateUser, { params: { id }, body });
  const [disabled, signedOut, half] = (await Promise.all(
    ["disabled", "signed-out", "half"].map((name) => server.person(name)),
  )) as [Person, Person, Person];
  await update(disabled.id, { status: "disabled" });
  await signedOut.call(logout, { body: {} });
  const factor = await half.call(enrolFactor, { body: { name: "app" } });
  await half.call(confirmFactor, {
    params: { id: factor.id },
    body: { code: totp(factor.secret), transport: "bearer" },
  });
  await server.admin.call(adminUpdateSettings, { body: { signup: "approval" } });
  const email = "pending@example.org";
  await fetch(`${server.url}/api/v1/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password: testPassword, transport: "bearer" }),
  });
  await server.admin.call(adminUpdateSettings, { body: { signup: "open" } });
  const bearer = (token: string | null) => ({ authorization: `Bearer ${token}` });
  const unknown = { statuses: [401], codes: ["unauthenticated", "session_ended"] };
  const forged = `${owner.token.split(".").slice(0, 2).join(".")}.${createHmac("sha256", "x").update("y").digest("base64url")}`;
  return [
    { who: "nobody", headers: {}, statuses: [401], codes: ["unauthenticated"] },
    { who: "a token that is none", headers: bearer("x.y.z"), ...unknown },
    { who: "a token signed by another", headers: bearer(forged), ...unknown },
    { who: "a password that is none", headers: { authorization: "Basic b3duZXI6eA==" }, ...unknown },
    { who: "a personal token that is none", headers: bearer("hf_nothing"), ...unknown },
    // Being disabled ends every session, so either may be what is met first.
    {
      ...{ who: "a disabled user", headers: disabled.headers },
      ...{ statuses: [401, 403], codes: ["user_disabled", "session_ended"] },
    },
    { who: "a user who has signed out", headers: signedOut.headers, ...unknown },
    {
      ...{ who: "a user who has shown a password and no second factor" },
      headers: bearer(await bareToken(server, half.email)),
      ...{ statuses: [403], codes: ["mfa_required"] },
    },
    {
      ...{ who: "a user whom nobody has approved", headers: bearer(await bareToken(server, email)) },
      ...{ statuses: [401, 403], codes: ["approval_pending", "unauthenticated"] },
    },
  ];
}

/** Somebody who was an administrator once, with a session of that time. */
export async function formerAdmin(server: TestServer): Promise<Person> {
  const person = await server.person("demoted");
  const update = (role: "admin" | "user") =>
    server.admin.call(adminUpdateUser, { params: { id: person.id }, body: { role } });
  await update("admin");
  const session = await signIn(server.url, person.email);
  await update("user");
  return session;
}

/** Personal tokens of somebody: with every scope but the one that an operation needs, and with that alone. */
export function scopedTokens(person: () => Person) {
  const made = new Map<string, Promise<string>>();
  const token = (scopes: TokenScope[]) => {
    const name = scopes.join(" ");
    let found = made.get(name);
    if (!found)
      made.set(
        name,
        (found = person()
          .call(createAccessToken, { body: { name, scopes } })
          .then((it) => it.token)),
      );
    return found;
  };
  /** Only administrators can make one for administration. */
  const all = () => tokenScopeSchema.options.filter((scope) => scope !== "admin" || person().user.role === "admin");
  return {
    async without(operation: Operation) {
      const needed = scopeOf(operation);
      return { authorization: `Bearer ${await token(all().filter((scope) => scope !== needed))}` };
    },
    /** Null where no token will do. */
    async exactly(operation: Operation) {
      const needed = scopeOf(operation);
      if (needed === "none" || needed === "any") return null;
      return { authorization: `Bearer ${await token([needed])}` };
    },
  };
}
