import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { type Product, startProduct } from "../../support/product.ts";

let product: Product;
afterEach(() => product?.stop());

test("an upload that is under way when Holdfast is stopped still finishes, and is there after the next start", async () => {
  product = await startProduct();
  const credentials = { email: "admin@example.org", password: "correct horse battery" };
  const post = (path: string, body: object) =>
    fetch(`${product.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const setup = await post("/api/v1/setup", { token: product.setupToken, ...credentials });
  expect(setup.status).toBeLessThan(300);
  const signIn = async () => {
    const answer = await post("/api/v1/auth/login", { ...credentials, transport: "bearer" });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const token = await signIn();

  const upload = request(`${product.url}/api/v1/files/content?name=slow.txt`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-length": 30, expect: "100-continue" },
  });
  const answered = once(upload, "response").then(([response]) => (response as IncomingMessage).resume().statusCode);
  await once(upload, "continue");
  upload.write("0123456789");
  const restarted = product.restart();
  const isUp = () =>
    fetch(`${product.url}/healthz`).then(
      () => true,
      () => false,
    );
  await expect.poll(isUp, { interval: 20 }).toBe(false);
  upload.write("0123456789");
  upload.end("0123456789");
  expect(await answered).toBe(201);
  product = await restarted;

  const list = await fetch(`${product.url}/api/v1/files`, { headers: { authorization: `Bearer ${await signIn()}` } });
  expect(await list.json()).toMatchObject({ items: [{ name: "slow.txt", fileSize: 30 }] });
});
