import { randomBytes } from "node:crypto";
import type { AlertChannel, AlertChannelChange, NewAlertChannel } from "@holdfast/contract";
import { audit } from "../../../../platform/audit/audit.ts";
import { sqlState, type Tx } from "../../../../platform/database/database.ts";
import { keepAnswer } from "../../../../platform/http/idempotency/idempotency.ts";
import type { Origin } from "../../../../platform/http/principal.ts";
import { notFound, ProblemError } from "../../../../platform/http/problem.ts";
import { newId } from "../../../../platform/ids.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { listAdmins } from "../people.queries.ts";
import { type Address, channelSealing, openAddress, toChannel } from "./channel.ts";
import * as queries from "./channels.queries.ts";
import { testMessage } from "./message.ts";
import { send } from "./send.ts";

const MOST = 20;

export async function listChannels({ db }: Pick<AlertsDeps, "db">): Promise<AlertChannel[]> {
  return (await queries.listChannels.all(db)).map(toView);
}

/** What is sealed is not in it. */
function toView(row: queries.ChannelRow): AlertChannel {
  return {
    ...{ id: row.id, name: row.name, kind: row.kind, enabled: row.enabled, recipients: row.recipients, host: row.host },
    ...{ minSeverity: row.min_severity, sendResolved: row.send_resolved, lastError: row.last_error },
    lastSentAt: row.last_sent_at?.toISOString() ?? null,
    lastErrorAt: row.last_error_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

async function view({ db }: Pick<AlertsDeps, "db">, id: string): Promise<AlertChannel> {
  const row = await queries.findChannel.first(db, id);
  if (!row) throw notFound();
  return toView(row);
}

/** Throws name_taken, conflict where there are as many as there may be, invalid_request for an address that cannot be one. */
export async function createChannel(
  deps: AlertsDeps,
  origin: Origin,
  wanted: NewAlertChannel,
): Promise<{ channel: AlertChannel; secret: string | null }> {
  const id = newId();
  const made = wanted.kind === "webhook" && !wanted.secret ? `whsec_${randomBytes(32).toString("base64")}` : null;
  const { kind, name, enabled, minSeverity, sendResolved } = wanted;
  const recipients = wanted.kind === "mail" && wanted.recipients ? JSON.stringify(wanted.recipients) : null;
  const address =
    wanted.kind === "mail" ? null : addressOf(wanted.kind, { ...wanted, ...(made ? { secret: made } : {}) });
  const sealed = address && channelSealing(deps.linkKey).seal(JSON.stringify(address));
  const host = address && new URL(address.url).host;
  return write(deps, async (tx) => {
    await queries.lockChannels.count(tx);
    if (((await queries.countChannels.first(tx))?.number ?? 0) >= MOST) {
      throw new ProblemError("conflict", `There are ${MOST} channels already. Delete one that is no longer needed.`);
    }
    await queries.insertChannel.count(
      tx,
      ...([id, name, kind, enabled, minSeverity, sendResolved, recipients, host, sealed] as const),
    );
    await audit(tx, origin, { action: "alert_channel.create", targetId: id, detail: { name, kind, host } });
    const row = await queries.findChannel.first(tx, id);
    return keepAnswer(tx, { channel: toView(row as queries.ChannelRow), secret: made });
  });
}

/** Throws not_found, name_taken, invalid_request. */
export async function updateChannel(
  deps: AlertsDeps,
  origin: Origin,
  id: string,
  { url, token, room, secret, ...change }: AlertChannelChange,
): Promise<AlertChannel> {
  const row = await queries.findChannel.first(deps.db, id);
  if (!row) throw notFound();
  const sealing = channelSealing(deps.linkKey);
  const given = Object.entries({ url, token, room, secret }).filter(([, value]) => value !== undefined);
  let { host, sealed } = row;
  if (given.length > 0) {
    if (row.kind === "mail")
      throw new ProblemError("invalid_request", "A channel of mail has recipients, and no address.");
    const address = addressOf(row.kind, { ...openAddress(sealed, sealing), ...Object.fromEntries(given) });
    host = new URL(address.url).host;
    sealed = sealing.seal(JSON.stringify(address));
  }
  const recipients = change.recipients === undefined ? row.recipients : change.recipients;
  await write(deps, async (tx) => {
    await queries.updateChannel.count(
      tx,
      ...([
        id,
        change.name ?? row.name,
        change.enabled ?? row.enabled,
        change.minSeverity ?? row.min_severity,
      ] as const),
      ...([change.sendResolved ?? row.send_resolved, recipients && JSON.stringify(recipients), host, sealed] as const),
    );
    const detail = { ...change, ...(given.length > 0 ? { host, changed: given.map(([name]) => name) } : {}) };
    await audit(tx, origin, { action: "alert_channel.update", targetId: id, detail });
  });
  return view(deps, id);
}

/** @throws ProblemError invalid_request */
function addressOf(kind: NewAlertChannel["kind"], { url = "", token, room, secret }: Partial<Address>): Address {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new ProblemError("invalid_request", "Give an address that begins with http:// or https://.");
  }
  if (parsed.username || parsed.password) {
    throw new ProblemError("invalid_request", "Give the address without a user name and password in it.");
  }
  if (kind === "ntfy" && parsed.pathname.split("/").filter(Boolean).length === 0) {
    throw new ProblemError("invalid_request", "Give the topic's whole address, such as https://ntfy.sh/my-topic.");
  }
  return { url, token, room, secret };
}

/** Throws not_found. */
export async function deleteChannel(deps: AlertsDeps, origin: Origin, id: string): Promise<void> {
  const { name, kind } = await view(deps, id);
  await deps.db.transaction(async (tx) => {
    await queries.deleteChannel.count(tx, id);
    await audit(tx, origin, { action: "alert_channel.delete", targetId: id, detail: { name, kind } });
  });
}

/** Sends a test message at once. Throws not_found. */
export async function testChannel(
  deps: AlertsDeps,
  origin: Origin,
  id: string,
): Promise<{ ok: boolean; detail: string }> {
  const { db, mailer, site } = deps;
  const row = await queries.findChannel.first(db, id);
  if (!row) throw notFound();
  const admins = (await listAdmins.all(db)).map(({ email }) => email);
  const channel = toChannel(row, channelSealing(deps.linkKey), admins);
  const now = deps.clock.now();
  const sent = await send({ mailer, siteUrl: site.current(), now }, channel, testMessage(newId(), now, site.current()));
  if (sent.ok) await queries.recordSent.count(db, id);
  else await queries.recordFailure.count(db, id, sent.detail);
  await audit(db, origin, { action: "alert_channel.test", targetId: id, detail: { ok: sent.ok } });
  if (!sent.ok) return { ok: false, detail: sent.detail };
  const to = row.kind === "mail" ? channel.recipients.join(", ") : row.host;
  return { ok: true, detail: `A test message was sent to ${to}.` };
}

async function write<T>({ db }: Pick<AlertsDeps, "db">, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    return await db.transaction(work);
  } catch (error) {
    if (sqlState(error) !== "23505") throw error;
    throw new ProblemError("name_taken", "Another channel has this name.");
  }
}
