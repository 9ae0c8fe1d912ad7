import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
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

  const answered = new Promise<number | undefined>((resolve, reject) => {
    const upload = request(
      `${product.url}/api/v1/files/content?name=slow.txt`,
      { method: "PUT", headers: { authorization: `Bearer ${token}`, "content-length": 30 } },
      (response) => resolve(response.resume().statusCode),
    );
    upload.on("error", reject);
    void (async () => {
      for (let part = 0; part < 3; part += 1) {
        upload.write("0123456789");
        await sleep(500);
      }
      upload.end();
    })();
  });
  await sleep(500);
  const restarted = product.restart();
  expect(await answered).toBe(201);
  product = await restarted;

  const list = await fetch(`${product.url}/api/v1/files`, { headers: { authorization: `Bearer ${await signIn()}` } });
  expect(await list.json()).toMatchObject({ items: [{ name: "slow.txt", fileSize: 30 }] });
});
