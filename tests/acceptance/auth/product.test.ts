import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser, verdict } from "../../support/auth/browser.ts";
import { type Product, startProduct } from "../../support/product.ts";

const email = "admin@example.org";
const password = "correct horse battery";
let product: Product;
beforeAll(async () => {
  product = await startProduct();
}, 60_000);
afterAll(() => product.stop());

test("from the first start: token, first admin, both APIs, and a session that outlives a kill", async () => {
  expect(product.setupToken).toBeTruthy();
  // Said right after what the start is waited for.
  await expect.poll(() => product.output()).toContain(product.setupToken);
  const browser = openBrowser(product.url);
  const setup = { token: product.setupToken, email, password };
  expect(await verdict(await browser.request("POST", "/api/v1/setup", setup))).toBe("201");
  expect(existsSync(join(product.dataDir, "keys", "setup-token"))).toBe(false);

  const anonKey = (await readFile(join(product.dataDir, "keys", "anon-key"), "utf8")).trim();
  const supabase = createClient(product.url, anonKey, { auth: { persistSession: false } });
  const { data, error } = await supabase.auth.signInWithPassword({ email, password });
  expect(error).toBeNull();
  const authorization = `Bearer ${data.session?.access_token}`;
  expect(await verdict(await fetch(`${product.url}/api/v1/admin/users`, { headers: { authorization } }))).toBe("200");

  await product.kill9();
  product = await product.restart();
  expect(await (await browser.request("GET", "/api/v1/me")).json()).toMatchObject({ email, role: "admin" });
  browser.cookies.delete("holdfast_access");
  expect(await verdict(await browser.request("GET", "/api/v1/me"))).toBe("200");
  expect(await verdict(await fetch(`${product.url}/api/v1/me`, { headers: { authorization } }))).toBe("200");
  expect(product.setupToken).toBeNull();

  const user = await browser.request("POST", "/api/v1/admin/users", { email: "user@example.org", password });
  const { id } = (await user.json()) as { id: string };
  expect(await verdict(await browser.request("DELETE", `/api/v1/admin/users/${id}`))).toBe("204");
  // The job runs in the worker's process.
  const done = async () => {
    const jobs = await browser.request("GET", "/api/v1/admin/jobs?state=completed");
    return ((await jobs.json()) as { items: { name: string }[] }).items.map(({ name }) => name);
  };
  await expect.poll(done, { timeout: 30_000 }).toContain("admin.delete-user");
  for (const secret of [
    password,
    data.session?.access_token as string,
    browser.cookies.get("holdfast_refresh") as string,
  ]) {
    expect(product.output()).not.toContain(secret);
  }
}, 90_000);
