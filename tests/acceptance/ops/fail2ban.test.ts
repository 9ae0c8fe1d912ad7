import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createFolder, createShare } from "../../../packages/contract/src/index.ts";
import { signIn } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** The filters of `ops/fail2ban`, by Debian's fail2ban, on what a running Holdfast has written. */
const ops = join(import.meta.dirname, "../../../ops/fail2ban");
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const email = "admin@example.org";
const password = "correct horse battery";

let folder: string;
let product: Product;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-fail2ban-"));
  product = await start({});
}, 120_000);
afterAll(async () => {
  await product?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function start(env: Record<string, string>): Promise<Product> {
  const admin = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: password };
  return startProduct({ service: true, env: { ...admin, TRUST_PROXY: "127.0.0.1", ...env } });
}

/** As one who comes through a trusted proxy. */
const post = (path: string, ip: string, body: object, headers: Record<string, string> = {}) =>
  fetch(product.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-forwarded-for": ip, ...headers },
    body: JSON.stringify(body),
  });

/** A request's line follows its answer: resolves when the log has this so many times. */
const logged = (text: string, times = 1) => eventually(() => product.output().split(text).length > times);

/** The address of each line that the filter counts. */
function counted(filter: string, log: string, args: string[] = []): string[] {
  const file = join(folder, "log");
  writeFileSync(file, log);
  const found = execFileSync("fail2ban-regex", [...args, "--out", "ip", file, join(ops, "filter.d", filter)], {
    encoding: "utf8",
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/bin` },
  });
  return found.split("\n").filter(Boolean).sort();
}

test("refused sign-ins are counted with the visitor's address, and nothing else is", async () => {
  const anonKey = readFileSync(join(product.dataDir, "keys", "anon-key"), "utf8").trim();
  const supabase = { apikey: anonKey };
  expect((await post("/api/v1/auth/login", "203.0.113.1", { email, password: "wrong" })).status).toBe(401);
  expect((await post("/api/v1/auth/login", "2001:db8::1", { email: "no@example.org", password: "wrong" })).status).toBe(
    401,
  );
  const token = "/auth/v1/token?grant_type=password";
  expect((await post(token, "203.0.113.2", { email, password: "wrong" }, supabase)).status).toBe(400);
  const code = { challenge: "a".repeat(40), code: "000000" };
  expect((await post("/api/v1/auth/mfa/verify", "203.0.113.3", code)).status).toBe(401);
  // What ordinary people do, a page that nobody is signed in to among it.
  expect((await post("/api/v1/auth/login", "198.51.100.1", { email, password })).status).toBe(200);
  expect((await post(token, "198.51.100.1", { email, password }, supabase)).status).toBe(200);
  const asked = await fetch(`${product.url}/api/v1/me`, { headers: { "x-forwarded-for": "198.51.100.1" } });
  expect(asked.status).toBe(401);
  // Nobody can have another one counted by writing an address into what is logged.
  const lie = { "x-request-id": '","ip":"198.51.100.2","x":"' };
  await post("/api/v1/auth/login", "203.0.113.4", { email, password: "wrong" }, lie);
  await logged('"ip":"203.0.113.4"');
  expect(counted("holdfast.conf", product.output())).toEqual([
    "2001:db8::1",
    "203.0.113.1",
    "203.0.113.2",
    "203.0.113.3",
    "203.0.113.4",
  ]);
});

test("as many attempts as are refused for their number are counted, too", async () => {
  const ip = "203.0.113.30";
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => post("/api/v1/auth/login", ip, { email: `${n}@example.org`, password: "x" })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401, 429]));
  await logged(`"ip":"${ip}"`, 40);
  expect(counted("holdfast.conf", product.output()).filter((found) => found === ip)).toHaveLength(40);
});

test("guesses at links and at their passwords are counted, and links that open are not", async () => {
  const admin = await signIn(product.url, email, password);
  const { id } = await admin.call(createFolder, { body: { name: "shared" } });
  const share = await admin.call(createShare, { body: { fileId: id, linkType: "permanent", password: "sesame" } });
  const open = (token: string, ip: string) =>
    fetch(`${product.url}/api/v1/public/shares/${token}`, { headers: { "x-forwarded-for": ip } });
  for (const rest of ["", "/content", "/archive"]) await open(`${"x".repeat(30)}${rest}`, "203.0.113.5");
  expect((await open(share.token, "198.51.100.3")).status).toBe(200);
  const unlock = `/api/v1/public/shares/${share.token}/unlock`;
  expect((await post(unlock, "203.0.113.6", { password: "wrong" })).status).toBe(401);
  expect((await post(unlock, "198.51.100.3", { password: "sesame" })).status).toBe(200);
  await logged('"ip":"198.51.100.3"', 2);
  const all = counted("holdfast-links.conf", product.output());
  expect(all).toEqual(["203.0.113.5", "203.0.113.5", "203.0.113.5", "203.0.113.6"]);
});

test("lines as the journal gives them are read as well, with their time", () => {
  const line = product
    .output()
    .split("\n")
    .find((text) => text.includes('"203.0.113.1"')) as string;
  const fromJournal = `server holdfast[4242]: ${line}\n`;
  expect(counted("holdfast.conf", fromJournal)).toEqual(["203.0.113.1"]);
  const file = join(folder, "journal");
  writeFileSync(file, fromJournal);
  const args = ["--out", "<time>", file, join(ops, "filter.d/holdfast.conf")];
  const time = execFileSync("fail2ban-regex", args, { encoding: "utf8" }).trim();
  const at = Date.parse((JSON.parse(line) as { time: string }).time) / 1000;
  expect(Math.abs(Number(time) - at)).toBeLessThan(1);
});

test("fail2ban takes the jails", () => {
  const configuration = join(folder, "etc");
  cpSync("/etc/fail2ban", configuration, { recursive: true });
  for (const part of ["filter.d", "jail.d"]) cpSync(join(ops, part), join(configuration, part), { recursive: true });
  const said = execFileSync("fail2ban-client", ["-c", configuration, "-d"], { encoding: "utf8" });
  for (const [jail, maxretry] of [
    ["holdfast", 10],
    ["holdfast-links", 30],
  ] as const) {
    expect(said).toContain(`['add', '${jail}', 'systemd']`);
    expect(said).toContain(`['set', '${jail}', 'maxretry', ${maxretry}]`);
    expect(said).toContain(`['set', '${jail}', 'addjournalmatch', '_SYSTEMD_UNIT=holdfast.service']`);
  }
});

test("HOLDFAST_LOG_ADDRESS=off leaves addresses out", async () => {
  await product.stop();
  product = await start({ HOLDFAST_LOG_ADDRESS: "off" });
  expect((await post("/api/v1/auth/login", "203.0.113.1", { email, password: "wrong" })).status).toBe(401);
  await logged('"route":"/api/v1/auth/login","status":401');
  expect(product.output()).not.toContain("203.0.113.1");
  expect(counted("holdfast.conf", product.output())).toEqual([]);
}, 120_000);
