import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { childOf, isAlive } from "../../support/processes.ts";
import { type Product, startProduct } from "../../support/product.ts";

let product: Product;
beforeAll(async () => {
  product = await startProduct({ web: true });
});
afterAll(() => product?.stop());

const pages = () => childOf(product.pid, "next-server");
const page = async () => {
  const answer = await fetch(`${product.url}/sign-in`);
  return { status: answer.status, text: await answer.text() };
};

test("pages come through the one port, and only their child serves them", async () => {
  const { status, text } = await page();
  expect(status).toBe(200);
  expect(text).toContain("<html");
});

test("a page runs its own scripts alone, and in no frame", async () => {
  const policies = await Promise.all(
    [1, 2].map(async () => (await fetch(`${product.url}/sign-in`)).headers.get("content-security-policy") ?? ""),
  );
  const nonces = policies.map((policy) => /'nonce-([^']{16,})'/.exec(policy)?.[1]);
  expect(nonces[0]).toBeDefined();
  expect(nonces[0]).not.toBe(nonces[1]);
  for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
    expect(policies[0]?.split("; ")).toContain(part);
  }
  const scripts = policies[0]?.split("; ").find((part) => part.startsWith("script-src"));
  expect(scripts).not.toMatch(/unsafe/);
});

test("pages that die are started again, and the API answers meanwhile", async () => {
  const first = pages()!;
  process.kill(first, "SIGKILL");
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
  await vi.waitFor(async () => expect((await page()).status).toBe(200), { timeout: 20_000, interval: 200 });
  expect(pages()).not.toBe(first);
});

test("pages end when their parent is killed, and come back with the next one", async () => {
  const first = pages()!;
  await product.kill9();
  await vi.waitFor(() => expect(isAlive(first)).toBe(false), 20_000);
  product = await product.restart();
  expect((await page()).status).toBe(200);
});
