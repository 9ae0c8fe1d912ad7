import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { freshEmail, refusal, startIdentity } from "../testing/start-identity.ts";
import { createKnownPasswords } from "./known-passwords.ts";

const breached = "an uncommon one that leaked";
let service: Server;
let url: string;
let asked: string[] = [];
let answers: "well" | "badly" | "never";
beforeAll(async () => {
  const hash = createHash("sha1").update(breached).digest("hex").toUpperCase();
  service = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (answers === "never") return;
    if (answers === "badly") return response.writeHead(503).end();
    const known = request.url === `/range/${hash.slice(0, 5)}` ? [`${hash.slice(5)}:12`] : [];
    const padding = `${"0".repeat(35)}:0`;
    response.end([padding, ...known].join("\r\n"));
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
});
afterAll(() => {
  service.closeAllConnections();
  service.close();
});
beforeEach(() => {
  asked = [];
  answers = "well";
});

const warnings: string[] = [];
const log = { warn: (_fields: object, message: string) => void warnings.push(message) };

test("common passwords are known without asking anybody, in any case", async () => {
  const { isKnown } = createKnownPasswords({ breachedUrl: null, log });
  for (const password of ["password1", "PASSWORD1", "qwertyuiop", "1qaz2wsx"])
    expect(await isKnown(password)).toBe(true);
  for (const password of ["correct horse battery", breached]) expect(await isKnown(password)).toBe(false);
});

test("those of breaches are looked up by five digits of their hash, and nothing else is told", async () => {
  const { isKnown } = createKnownPasswords({ breachedUrl: url, log });
  expect(await isKnown(breached)).toBe(true);
  expect(await isKnown("correct horse battery")).toBe(false);
  expect(asked).toHaveLength(2);
  for (const path of asked) expect(path).toMatch(/^\/range\/[0-9A-F]{5}$/);
  await isKnown("password1");
  expect(asked).toHaveLength(2);
});

test.each(["badly", "never"] as const)("a service that answers %s refuses nobody", async (how) => {
  answers = how;
  const began = performance.now();
  expect(await createKnownPasswords({ breachedUrl: url, log }).isKnown(breached)).toBe(false);
  expect(performance.now() - began).toBeLessThan(4000);
  expect(warnings.at(-1)).toContain("could not be looked up");
});

test("the contract refuses them with the reason that client libraries know", async () => {
  const running = await startIdentity({ knownPasswords: createKnownPasswords({ breachedUrl: null, log }) });
  const { client } = running;
  const answer = await client().auth.signUp({ email: freshEmail(), password: "password1" });
  expect(answer.error).toMatchObject({ code: "weak_password", status: 422, reasons: ["pwned"] });
  const { error } = await client().auth.signUp({ email: freshEmail(), password: "correct horse battery" });
  expect(error).toBeNull();
  const admin = running.admin().auth.admin.createUser({ email: freshEmail(), password: "qwertyuiop" });
  expect(await refusal(admin)).toMatchObject({ code: "weak_password" });
  await running.close();
});
