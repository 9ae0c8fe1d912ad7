import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import {
  confirmFactor,
  createAccessToken,
  createShare,
  enrolFactor,
  type File,
  login,
  type Share,
  verifySecondFactor,
} from "../../../packages/contract/src/index.ts";
import { verdict } from "../../support/auth/browser.ts";
import { totp } from "../../support/auth/totp.ts";
import { type Person, personOf, registerPerson, signIn, testPassword } from "../../support/person.ts";
import { sha256 } from "./support.ts";

/** Everybody of an installation before it was lost, each with a file. */
export interface PeopleBefore {
  readonly ids: Map<string, string>;
  /** By address. */
  readonly files: Map<string, File>;
  readonly large: string;
  /** By name: the second factor's secret, and the recovery codes. */
  readonly factors: Map<string, { secret: string; codes: string[] }>;
  readonly share: Share;
  readonly accessToken: string;
}

const withFactor = ["ann", "dora", "emil"];

/** Three with a second factor, one without, one of an administrator. Every one of them is going to sign in once. */
export async function fillWithPeople(url: string): Promise<PeopleBefore> {
  const ids = new Map<string, string>();
  const files = new Map<string, File>();
  const factors: PeopleBefore["factors"] = new Map();
  const admin = await signIn(url, "admin@example.org");
  ids.set(admin.email, admin.id);
  const bytes = randomBytes(17 * 1024 * 1024);
  let share: Share | null = null;
  let accessToken = "";
  for (const name of ["ben", ...withFactor]) {
    const person = await registerPerson(url, name);
    ids.set(person.email, person.id);
    const file = await person.put(`${name}.bin`, name === "ann" ? bytes : `${name}'s`);
    files.set(person.email, file);
    if (name === "ben") {
      const body = { name: "script", scopes: ["files:read" as const] };
      accessToken = (await person.call(createAccessToken, { body })).token;
      continue;
    }
    if (name === "ann") {
      share = await person.call(createShare, { body: { fileId: file.id, linkType: "permanent", password: "sesame" } });
    }
    const { id, secret } = await person.call(enrolFactor, { body: { name: "phone" } });
    const done = await person.call(confirmFactor, {
      params: { id },
      body: { code: totp(secret), transport: "bearer" },
    });
    factors.set(name, { secret, codes: done.recoveryCodes as string[] });
  }
  return { ids, files, large: sha256(bytes), factors, share: share as Share, accessToken };
}

/** Signs everyone in; `byCode` with a code of the phone, the others who have one with a recovery code that is still unused. */
export async function expectEverybody(url: string, before: PeopleBefore, byCode: string): Promise<void> {
  for (const [email, id] of before.ids) {
    const name = email.split("@")[0] as string;
    const factor = before.factors.get(name);
    const person = factor ? await signInTwice(url, email, factor, name === byCode) : await signIn(url, email);
    expect([email, person.id]).toEqual([email, id]);
    const file = before.files.get(email);
    if (!file) continue;
    const bytes = await person.read(file.id);
    if (name === "ann") expect(sha256(bytes)).toBe(before.large);
    else expect(bytes.toString()).toBe(`${name}'s`);
  }
  const admin = await signIn(url, "admin@example.org");
  expect((await admin.fetch("/api/v1/admin/users")).status).toBe(200);
  const ben = { authorization: `Bearer ${before.accessToken}` };
  expect(await verdict(await fetch(`${url}/api/v1/files`, { headers: ben }))).toBe("200");
  const content = `${url}/api/v1/public/shares/${before.share.token}/content`;
  expect((await fetch(content)).status).toBe(401);
  const opened = await fetch(content, { headers: { "share-password": "sesame" } });
  expect(sha256(Buffer.from(await opened.arrayBuffer()))).toBe(before.large);
}

async function signInTwice(
  url: string,
  email: string,
  { secret, codes }: { secret: string; codes: string[] },
  byCode: boolean,
): Promise<Person> {
  const call = createClient({ baseUrl: url });
  const refusal = await call(login, { body: { email, password: testPassword, transport: "bearer" } }).catch(
    (error: unknown) => error as { code: string; problem: { challenge: string } },
  );
  if (!("problem" in refusal)) throw new Error(`${email} was signed in without a second factor`);
  expect(refusal.code).toBe("mfa_required");
  const { challenge } = refusal.problem;
  const proof = byCode ? { code: totp(secret, 1) } : { recoveryCode: codes.pop() as string };
  return personOf(url, await call(verifySecondFactor, { body: { challenge, ...proof, transport: "bearer" } }));
}
