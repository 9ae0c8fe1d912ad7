import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";
import { metadataOf, tusType } from "../../support/uploads/tus.ts";
import { proxies, type RunningProxy, startProxy } from "./proxies.ts";
import { type Visitor, visitorOf } from "./visitor.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const MiB = 2 ** 20;
const email = "admin@example.org";
const password = "correct horse battery";
const visitorsAddress = "127.0.0.77";
/** What anyone can write into a request to be taken for another. */
const lies = {
  "x-forwarded-for": "203.0.113.9",
  "x-real-ip": "203.0.113.9",
  forwarded: "for=203.0.113.9;host=evil.example.net;proto=http",
  "x-forwarded-host": "evil.example.net",
  "x-forwarded-proto": "http",
};

/** Nothing but TRUST_PROXY is set, so that the address people use must come through the proxy right, with its port. */
describe.each(Object.keys(proxies))("the sample for %s", (name) => {
  let product: Product;
  let proxy: RunningProxy;
  let visitor: Visitor;
  beforeAll(async () => {
    const env = { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: password, TRUST_PROXY: "127.0.0.1" };
    product = await startProduct({ env });
    proxy = await startProxy(name, product.url);
    visitor = visitorOf(proxy, visitorsAddress);
    await untilAnswered();
  });
  afterAll(async () => {
    await proxy?.stop();
    await product?.stop();
  });

  const untilAnswered = () =>
    eventually(async () => {
      const status = await visitor.ask("GET", "/healthz").then(
        (answer) => answer.status,
        () => 0,
      );
      return status === 200;
    }, 20_000);

  test("people sign in over https, and no lie about their address is believed", async () => {
    const answer = await visitor.ask("POST", "/api/v1/auth/login", { json: { email, password }, headers: lies });
    expect([answer.status, answer.body.toString()]).toEqual([200, expect.stringContaining(email)]);
    expect([...visitor.cookies.keys()]).toContain("__Host-holdfast_access");
    const sessions = await visitor.ask("GET", "/api/v1/auth/sessions", { headers: lies });
    expect(sessions.json().items.map(({ ip }: { ip: string }) => ip)).toEqual([visitorsAddress]);
    const made = await visitor.ask("POST", "/api/v1/folders", { json: { name: "shared" }, headers: lies });
    expect(made.status).toBe(201);
    const share = { fileId: made.json().id, linkType: "permanent" };
    const link = await visitor.ask("POST", "/api/v1/shares", { json: share, headers: lies });
    expect([link.status, link.json().url]).toEqual([201, expect.stringMatching(`^${proxy.url}/s/`)]);
    const [line] = await eventually(() => /^.*"route":"\/api\/v1\/auth\/login".*$/m.exec(product.output()));
    expect(JSON.parse(line).ip).toBe(visitorsAddress);
    expect(product.output()).not.toContain("203.0.113.9");
  });

  test("large files go up, and parts of them come down", async () => {
    const bytes = randomBytes(40 * MiB);
    const put = await visitor.ask("PUT", "/api/v1/files/content?name=large", { body: bytes });
    expect([put.status, put.json().fileSize]).toEqual([201, bytes.length]);
    const path = `/api/v1/files/${put.json().id}/content`;
    const part = await visitor.ask("GET", path, { headers: { range: `bytes=${20 * MiB - 1}-${21 * MiB}` } });
    expect([part.status, part.headers["content-range"]]).toEqual([
      206,
      `bytes ${20 * MiB - 1}-${21 * MiB}/${bytes.length}`,
    ]);
    expect(part.body.equals(bytes.subarray(20 * MiB - 1, 21 * MiB + 1))).toBe(true);
    expect((await visitor.ask("GET", path)).body.equals(bytes)).toBe(true);
  });

  const tus = { "tus-resumable": "1.0.0" };
  const beginUpload = async (filename: string, length: number) => {
    const headers = { ...tus, "upload-length": length, "upload-metadata": metadataOf({ filename }) };
    const begun = await visitor.ask("POST", "/api/v1/uploads", { headers });
    expect([begun.status, begun.headers.location]).toEqual([201, expect.stringContaining("/api/v1/uploads/")]);
    return new URL(begun.headers.location as string, proxy.url).pathname;
  };
  const offsetOf = async (upload: string) =>
    Number((await visitor.ask("HEAD", upload, { headers: tus })).headers["upload-offset"]);
  /** Sends the beginning of a body that is announced to be of `length`, and breaks the connection. */
  const breakOff = async (upload: string, beginning: Buffer, length: number) => {
    const headers = { ...tus, "content-type": tusType, "upload-offset": 0, "content-length": length };
    const request = visitor.open("PATCH", upload, headers).on("error", () => {});
    for (let at = 0; at < beginning.length; at += MiB) {
      await new Promise((resolve) => request.write(beginning.subarray(at, at + MiB), resolve));
    }
    request.destroy();
  };

  test("an upload that breaks off is kept as far as it came, and continues", async () => {
    const bytes = randomBytes(32 * MiB);
    const upload = await beginUpload("broken", bytes.length);
    await breakOff(upload, bytes.subarray(0, 24 * MiB), bytes.length);
    const offset = await eventually(() => offsetOf(upload));
    expect(offset).toBeGreaterThan(MiB);
    expect(offset).toBeLessThanOrEqual(24 * MiB);
    const headers = { ...tus, "content-type": tusType, "upload-offset": offset };
    const rest = await visitor.ask("PATCH", upload, { headers, body: bytes.subarray(offset) });
    expect(rest.status).toBe(204);
    const { items } = (await visitor.ask("GET", "/api/v1/files")).json();
    const { id } = items.find((item: { name: string }) => item.name === "broken");
    expect((await visitor.ask("GET", `/api/v1/files/${id}/content`)).body.equals(bytes)).toBe(true);
  });

  test("a body of 2 GiB is refused by nobody, and not kept back until it is whole", async () => {
    const upload = await beginUpload("huge", 2 * 1024 * MiB);
    await breakOff(upload, randomBytes(24 * MiB), 2 * 1024 * MiB);
    expect(await eventually(() => offsetOf(upload))).toBeGreaterThan(MiB);
  });

  test("events arrive when they happen, while the stream stays open", async () => {
    const request = visitor.open("GET", "/api/v1/events", { accept: "text/event-stream" });
    request.on("error", () => {}).end();
    const [stream] = (await once(request, "response")) as [IncomingMessage];
    expect(stream.statusCode).toBe(200);
    let heard = "";
    stream.on("error", () => {}).setEncoding("utf8");
    stream.on("data", (text: string) => {
      heard += text;
    });
    await eventually(() => heard.includes("retry: 3000"));
    expect((await visitor.ask("POST", "/api/v1/folders", { json: { name: "news" } })).status).toBe(201);
    await eventually(() => heard.includes('data: {"type"'));
    expect(stream.readableEnded).toBe(false);
    request.destroy();
  });

  test("while Holdfast restarts the proxy says so, and then works again", async () => {
    await product.kill9();
    await eventually(async () => [502, 503, 504].includes((await visitor.ask("GET", "/healthz")).status), 20_000);
    product = await product.restart();
    await untilAnswered();
  });
});
