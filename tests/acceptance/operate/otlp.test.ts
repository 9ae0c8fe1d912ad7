import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Collector, type Span, startCollector } from "../../support/operate/collector.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";

/** The product beside a collector of OpenTelemetry. */
const header = "a-key-of-the-collector";
let collector: Collector;
let product: Product;
let admin: Person;
beforeAll(async () => {
  collector = await startCollector();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `x-key=${header}`,
    HOLDFAST_ADMIN_EMAIL: "admin@example.org",
    HOLDFAST_ADMIN_PASSWORD: testPassword,
  };
  product = await startProduct({ env });
  admin = await signIn(product.url, "admin@example.org");
}, 400_000);
afterAll(async () => {
  await product?.stop();
  await collector?.close();
});

const newTrace = () => ({ traceId: randomBytes(16).toString("hex"), parent: randomBytes(8).toString("hex") });

/** The spans of a trace once its request has been told of, which ends last. */
async function spansOf(traceId: string, operation: string): Promise<Span[]> {
  const own = () => collector.spans.filter((span) => span.traceId === traceId);
  await eventually(() => own().some(({ name }) => name === operation), 60_000);
  return own();
}

test("a request, its statements and its segments are one trace, and that of the client", async () => {
  const up = newTrace();
  const headers = { traceparent: `00-${up.traceId}-${up.parent}-00` };
  const file = await admin.put("a secret plan.txt", randomBytes(50_000), { headers });
  const uploaded = await spansOf(up.traceId, "putContent");
  const request = uploaded.find(({ name }) => name === "putContent") as Span;
  expect(request.parentSpanId).toBe(up.parent);
  const within = uploaded.filter(({ parentSpanId }) => parentSpanId === request.spanId).map(({ name }) => name);
  expect(within).toContain("transaction.commit");
  expect(within.filter((name) => name.startsWith("uploads/")).length).toBeGreaterThan(0);
  expect(within.filter((name) => /^storage\.(commit|put)$/.test(name))).toHaveLength(1);

  const down = newTrace();
  const answer = await admin.fetch(`/api/v1/files/${file.id}/content`, {
    headers: { traceparent: `00-${down.traceId}-${down.parent}-01` },
  });
  await answer.arrayBuffer();
  const names = (await spansOf(down.traceId, "getContent")).map(({ name }) => name);
  expect(names).toContain("storage.get");
  expect(names.filter((name) => name.startsWith("content/")).length).toBeGreaterThan(0);
});

test("without one, a request begins a trace of its own", async () => {
  await admin.fetch("/api/v1/files", { headers: { traceparent: "not a traceparent" } });
  const span = await eventually(() => collector.spans.find(({ name }) => name === "listFiles"), 60_000);
  expect(span.parentSpanId ?? "").toBe("");
});

test("the log goes there as well, each line in the trace that it is of", async () => {
  const { traceId, parent } = newTrace();
  await admin.fetch("/api/v1/files", { headers: { traceparent: `00-${traceId}-${parent}-01` } });
  const line = await eventually(() => collector.logs.find((record) => record.traceId === traceId), 60_000);
  expect(line).toMatchObject({ severityText: "info", body: { stringValue: "request" } });
});

test("the collector is told no secret, no name, no path, no query and no SQL", async () => {
  const name = `name-${randomBytes(6).toString("hex")}`;
  const { traceId, parent } = newTrace();
  await admin.fetch(`/api/v1/search?q=${name}`, { headers: { traceparent: `00-${traceId}-${parent}-01` } });
  await spansOf(traceId, "searchFiles");
  const text = collector.text();
  for (const secret of [
    testPassword,
    admin.token,
    name,
    "secret plan",
    "select ",
    "admin@example.org",
    product.dataDir,
  ]) {
    expect(text).not.toContain(secret);
  }
  const keys = new Set(collector.spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  expect([...keys].sort()).toEqual([
    "db.system.name",
    "holdfast.storage.driver",
    "holdfast.storage.outcome",
    "http.request.method",
    "http.response.status_code",
    "http.route",
  ]);
  expect(collector.headers()["x-key"]).toBe(header);
});
