import { afterEach, expect, test, vi } from "vitest";
import { freePort, type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";
import { type RunningProxy, startProxy } from "./proxies.ts";
import { type Visitor, visitorOf } from "./visitor.ts";

/** What an administrator meets who sets TRUST_PROXY wrongly, or a proxy other than its sample. */
const email = "admin@example.org";
const password = "correct horse battery";
const visitorsAddress = "127.0.0.77";

vi.setConfig({ testTimeout: 180_000 });

let product: Product;
let proxy: RunningProxy;
let visitor: Visitor;
afterEach(async () => {
  await proxy?.stop();
  await product?.stop();
});

async function stage(env: Record<string, string>, change?: (text: string) => string): Promise<void> {
  const port = await freePort();
  const admin = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: password };
  const own: Record<string, string> = env.PUBLIC_URL === "" ? { PUBLIC_URL: `https://localhost:${port}` } : {};
  product = await startProduct({ env: { ...admin, ...env, ...own } });
  proxy = await startProxy("nginx", product.url, { port, ...(change ? { change } : {}) });
  visitor = visitorOf(proxy, visitorsAddress);
  await eventually(() =>
    visitor.ask("GET", "/healthz").then(
      ({ status }) => status === 200,
      () => false,
    ),
  );
}

const login = (headers: Record<string, string> = {}) =>
  visitor.ask("POST", "/api/v1/auth/login", { json: { email, password }, headers });
const addresses = async () =>
  (await visitor.ask("GET", "/api/v1/auth/sessions")).json().items.map(({ ip }: { ip: string }) => ip);

test("without TRUST_PROXY all count as the proxy, and the log says so, once", async () => {
  await stage({ PUBLIC_URL: "" });
  expect((await login()).status).toBe(200);
  expect(await addresses()).toEqual(["127.0.0.1"]);
  const warnings = product.output().match(/A request came through a proxy, but TRUST_PROXY is off/g);
  expect(warnings).toHaveLength(1);
});

test("TRUST_PROXY=on believes what a proxy passes on of lies, and the log and an alert say so", async () => {
  const adds = (text: string) => text.replace("$remote_addr", "$proxy_add_x_forwarded_for");
  await stage({ TRUST_PROXY: "on" }, adds);
  expect((await login({ "x-forwarded-for": "203.0.113.9" })).status).toBe(200);
  expect(await addresses()).toEqual(["203.0.113.9"]);
  expect(product.output()).toContain("TRUST_PROXY=on believes everybody");
  const alerts = (await visitor.ask("GET", "/api/v1/admin/alerts?open=true")).json();
  expect(alerts.items).toContainEqual(expect.objectContaining({ kind: "setting.trust_proxy" }));
  // The same proxy with the right setting.
  product = await product.restart({ TRUST_PROXY: "1" });
  visitor.cookies.clear();
  expect((await login({ "x-forwarded-for": "203.0.113.9" })).status).toBe(200);
  expect((await addresses()).sort()).toEqual([visitorsAddress, "203.0.113.9"]);
});

test("a proxy that drops the port is refused with the name of the setting", async () => {
  await stage({ TRUST_PROXY: "127.0.0.1" }, (text) => text.replaceAll("$http_host", "$host"));
  const refused = await login();
  expect(refused.status).toBe(403);
  expect(refused.json()).toMatchObject({
    code: "bad_origin",
    detail: `This request was sent by a page of ${proxy.url}, and this server knows itself as localhost. If people use that address, set PUBLIC_URL to it, and let a proxy pass the header Host on as it is.`,
  });
  // What the sentence says helps.
  product = await product.restart({ PUBLIC_URL: proxy.url });
  expect((await login()).status).toBe(200);
});

test("a number that is too high is no hole while the proxy says alone where a request comes from", async () => {
  await stage({ TRUST_PROXY: "2" });
  expect((await login({ "x-forwarded-for": "203.0.113.9" })).status).toBe(200);
  expect(await addresses()).toEqual([visitorsAddress]);
});
