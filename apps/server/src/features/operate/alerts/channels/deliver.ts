import type { Queryable } from "../../../../platform/database/database.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import type { Channel } from "./channel.ts";
import * as channelQueries from "./channels.queries.ts";
import * as queries from "./deliveries.queries.ts";
import { messageOf } from "./message.ts";
import { type Sent, send } from "./send.ts";

/** Seconds to wait after each failed attempt: a day in all. */
const PAUSES = [15, 60, 300, 900, 3600, 3 * 3600, 6 * 3600, 12 * 3600];
/** So many messages at a time; each may take ten seconds. */
const AT_ONCE = 40;

/** When one that was attempted so often is tried again, in seconds; null: it is given up. */
export function pauseAfter(attempts: number, sent: Extract<Sent, { ok: false }>): number | null {
  return sent.lasting ? null : (PAUSES[attempts - 1] ?? null);
}

/** Sends what is due: channels side by side, messages of one channel one after the other. @returns whether there may be more */
export async function deliver(
  deps: Pick<AlertsDeps, "mailer" | "clock" | "site" | "log">,
  db: Queryable,
  channels: readonly Channel[],
): Promise<boolean> {
  const due = await queries.listDue.all(db, AT_ONCE);
  await Promise.all(
    channels.map(async (channel) => {
      for (const row of due.filter(({ channel_id: id }) => id === channel.id)) await attempt(deps, db, channel, row);
    }),
  );
  return due.length === AT_ONCE;
}

async function attempt(
  { mailer, clock, site, log }: Pick<AlertsDeps, "mailer" | "clock" | "site" | "log">,
  db: Queryable,
  channel: Channel,
  row: queries.DeliveryRow,
): Promise<void> {
  const alert = {
    ...{ id: row.alert_id, kind: row.kind, subject: row.subject, severity: row.severity, title: row.title },
    ...{ openedAt: row.first_seen_at, resolvedAt: row.resolved_at },
  };
  const siteUrl = site.current();
  const sent = await send({ mailer, siteUrl, now: clock.now() }, channel, messageOf(row.id, row.event, alert, siteUrl));
  if (sent.ok) {
    await queries.recordSent.count(db, row.id);
    await channelQueries.recordSent.count(db, channel.id);
    return;
  }
  const pause = pauseAfter(row.attempts + 1, sent);
  log.warn({ channel: channel.name, detail: sent.detail, againInSeconds: pause }, "an alert could not be sent");
  await queries.recordAttempt.count(db, row.id, sent.detail, pause);
  await channelQueries.recordFailure.count(db, channel.id, sent.detail);
}
