import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Alert,
  type AlertState,
  adminCreateAlertChannel,
  adminDeleteAlertChannel,
  adminListAlertChannels,
  adminListAlertRules,
  adminListAlerts,
  adminTestAlertChannel,
  adminUpdateAlert,
  adminUpdateAlertChannel,
  adminUpdateAlertRules,
  adminUpdateAlerts,
} from "../../../packages/contract/src/index.ts";
import { type Receiver, startReceiver } from "../../support/operate/webhook-receiver.ts";
import { startServer, type TestServer } from "../../support/server.ts";

let server: TestServer;
let receiver: Receiver;
beforeAll(async () => {
  [server, receiver] = await Promise.all([startServer(), startReceiver()]);
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

async function raised(
  kind: string,
  severity: Alert["severity"] = "warning",
  subject: string = randomUUID(),
): Promise<string> {
  await server.services.pool.query("select holdfast.raise_alert(holdfast.uuid7(), $1, $2, $3, $4, '{}')", [
    ...[kind, subject, severity, `${kind} of ${subject}`],
  ]);
  const { rows } = await server.services.pool.query<{ id: string }>(
    "select id from holdfast.alerts where kind = $1 and subject = $2 and resolved_at is null",
    [kind, subject],
  );
  return rows[0]?.id as string;
}
interface Query {
  state?: AlertState;
  severity?: Alert["severity"];
  kind?: string;
  limit?: number;
  cursor?: string;
}
const list = (query: Query = {}) => server.admin.call(adminListAlerts, { query });
const idsOf = async (state: "open" | "acknowledged" | "silenced" | "resolved") =>
  (await list({ state, limit: 1000 })).items.map(({ id }) => id);
async function audited(action: string): Promise<unknown[]> {
  const { rows } = await server.services.pool.query(
    "select actor_id, detail from holdfast.audit_log where action = $1 order by id desc",
    [action],
  );
  return rows as unknown[];
}

test("an alert says why it matters, what to do and where; one of a kind that nobody has described does, too", async () => {
  const known = await raised("disk.full");
  const foreign = await raised("moon.fell");
  const suspicious = await raised("suspicious.spraying");
  const { items } = await list({ limit: 1000 });
  const find = (id: string) => items.find((alert) => alert.id === id);
  expect(find(known)).toMatchObject({
    why: expect.stringContaining("uploads"),
    remedy: expect.any(String),
    page: { path: "/admin/storage" },
  });
  expect(find(suspicious)?.remedy).toContain("end the sessions");
  expect(find(foreign)?.remedy).toContain("acknowledge");
  expect(find(foreign)?.page.path).toBe("/admin/alerts");
});

test("it is acknowledged, silenced and found by its state, and each change is in the log", async () => {
  const [one, other] = [await raised("job.failed", "critical"), await raised("job.failed", "info")];
  const before = await list({});
  await server.admin.call(adminUpdateAlert, { params: { id: one }, body: { acknowledged: true } });
  expect(await idsOf("acknowledged")).toContain(one);
  expect(await idsOf("open")).not.toContain(one);
  const after = await list({});
  expect([after.open - before.open, after.critical - before.critical]).toEqual([-1, -1]);

  const silencedUntil = new Date(Date.now() + 3_600_000).toISOString();
  await server.admin.call(adminUpdateAlerts, { body: { ids: [one, other, randomUUID()], silencedUntil } });
  expect((await idsOf("silenced")).sort()).toEqual([one, other].sort());
  await server.admin.call(adminUpdateAlert, {
    params: { id: one },
    body: { acknowledged: false, silencedUntil: null },
  });
  expect(await idsOf("open")).toContain(one);
  expect(await audited("alert.update")).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ actor_id: server.admin.id, detail: expect.objectContaining({ acknowledged: true }) }),
    ]),
  );
  for (const wrong of ["2020-01-01T00:00:00Z", new Date(Date.now() + 400 * 86_400_000).toISOString()]) {
    const refused = server.admin.call(adminUpdateAlert, { params: { id: one }, body: { silencedUntil: wrong } });
    await expect(refused).rejects.toMatchObject({ code: "invalid_expiry" });
  }
  await expect(server.admin.call(adminUpdateAlert, { params: { id: randomUUID() }, body: {} })).rejects.toMatchObject({
    status: 404,
  });
});

test("pages follow each other, by severity and kind", async () => {
  for (let n = 0; n < 5; n++) await raised("paged.kind", n % 2 === 0 ? "critical" : "warning");
  const seen: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page = await list({ kind: "paged.kind", severity: "critical", limit: 2, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  expect(seen).toHaveLength(3);
  expect(new Set(seen).size).toBe(3);
});

test("what is worse is open again for everybody, and what comes back within minutes is the same alert", async () => {
  const subject = randomUUID();
  const id = await raised("flap.kind", "warning", subject);
  await server.admin.call(adminUpdateAlert, { params: { id }, body: { acknowledged: true } });
  expect(await raised("flap.kind", "warning", subject)).toBe(id);
  expect(await idsOf("acknowledged")).toContain(id);
  expect(await raised("flap.kind", "critical", subject)).toBe(id);
  expect(await idsOf("open")).toContain(id);
  await server.services.pool.query("update holdfast.alerts set resolved_at = now() where id = $1", [id]);
  expect(await raised("flap.kind", "critical", subject)).toBe(id);
  await server.services.pool.query(
    "update holdfast.alerts set resolved_at = now() - interval '11 minutes' where id = $1",
    [id],
  );
  expect(await raised("flap.kind", "critical", subject)).not.toBe(id);
});

test("a rule has bounds, and a kind that is off raises nothing and ends what is open", async () => {
  const id = await raised("http.slow");
  const change = (item: { kind: string; enabled?: boolean; threshold?: number | null }) =>
    server.admin.call(adminUpdateAlertRules, { body: { items: [item] } });
  const { items } = await change({ kind: "http.slow", enabled: false });
  expect(items.find(({ kind }) => kind === "http.slow")?.enabled).toBe(false);
  expect(await idsOf("resolved")).toContain(id);
  expect(await raised("http.slow")).toBeUndefined();
  await change({ kind: "http.slow", enabled: true, threshold: 5000 });
  expect(await raised("http.slow")).toBeDefined();
  await change({ kind: "suspicious.*", enabled: false });
  expect(await raised("suspicious.noise")).toBeUndefined();
  const found = (await server.admin.call(adminListAlertRules)).items.find(({ kind }) => kind === "http.slow");
  expect(found?.threshold).toMatchObject({ value: 5000, usual: 3000, min: 200, max: 60_000 });
  for (const wrong of [
    { kind: "http.slow", threshold: 1 },
    { kind: "worker.silent", threshold: 1 },
    { kind: "no.such", enabled: false },
  ]) {
    await expect(change(wrong)).rejects.toMatchObject({ code: "invalid_request" });
  }
  expect((await audited("alert_rule.update")).length).toBe(3);
});

test("a channel's address and secret are answered by nothing and lie nowhere in the clear", async () => {
  const secrets = ["hidden-path", "hidden-token"];
  const body = { kind: "gotify" as const, name: "Gotify", url: `${receiver.url}/hidden-path`, token: "hidden-token" };
  const { channel, secret } = await server.admin.call(adminCreateAlertChannel, { body });
  expect(secret).toBeNull();
  expect(channel.host).toBe(new URL(receiver.url).host);
  const { id } = channel;
  await server.admin.call(adminUpdateAlertChannel, {
    params: { id },
    body: { token: "hidden-token-2", minSeverity: "critical" },
  });
  const tables = await server.services.pool.query(
    "select (select json_agg(c) from holdfast.alert_channels c)::text || (select json_agg(a) from holdfast.audit_log a)::text as all",
  );
  const shown = JSON.stringify([tables.rows, await server.admin.call(adminListAlertChannels)]);
  for (const text of secrets) expect(shown).not.toContain(text);
  expect(shown).not.toContain(Buffer.from("hidden-token").toString("hex"));

  receiver.received.length = 0;
  receiver.answer(200);
  expect(await server.admin.call(adminTestAlertChannel, { params: { id } })).toMatchObject({ ok: true });
  expect(receiver.received[0]).toMatchObject({
    path: "/hidden-path/message",
    headers: { "x-gotify-key": "hidden-token-2" },
  });

  receiver.answer(302, { location: `${receiver.url}/elsewhere` });
  const redirected = await server.admin.call(adminTestAlertChannel, { params: { id } });
  expect(redirected).toEqual({ ok: false, detail: expect.stringContaining("302, a redirect, which is not followed") });
  expect(receiver.received.map(({ path }) => path)).not.toContain("/elsewhere");
  receiver.answer(403);
  const refused = await server.admin.call(adminTestAlertChannel, { params: { id } });
  expect(refused.detail).toBe("It answered 403: check the token.");
  expect((await server.admin.call(adminListAlertChannels)).items.find((item) => item.id === id)?.lastError).toBe(
    refused.detail,
  );
  await server.admin.call(adminDeleteAlertChannel, { params: { id } });
});

test("an address that cannot be one is refused with a sentence, and there are at most twenty channels", async () => {
  const create = (url: string, kind: "slack" | "ntfy" = "slack", name: string = randomUUID()) =>
    server.admin.call(adminCreateAlertChannel, { body: { kind, name, url } });
  for (const url of ["ftp://example.org/x", "file:///etc/passwd", "http://me:secret@example.org/"]) {
    await expect(create(url)).rejects.toMatchObject({ code: "invalid_request" });
  }
  await expect(create("https://ntfy.example.org/", "ntfy")).rejects.toThrow(/topic/);
  await expect(create("https://example.org", "slack", "Email to administrators")).rejects.toMatchObject({
    code: "name_taken",
  });
  for (let n = 0; n < 19; n++) await create("http://127.0.0.1:9/");
  await expect(create("http://127.0.0.1:9/")).rejects.toMatchObject({ code: "conflict" });
});
