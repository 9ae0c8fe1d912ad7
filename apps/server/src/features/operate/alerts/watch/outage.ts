import type { Queryable } from "../../../../platform/database/database.ts";
import { newId } from "../../../../platform/ids.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { type Channel, takes } from "../channels/channel.ts";
import { pauseAfter } from "../channels/deliver.ts";
import { enterPast } from "../channels/deliveries.queries.ts";
import { messageOf } from "../channels/message.ts";
import { send } from "../channels/send.ts";
import { type Memory, outageAlert } from "./memory.ts";
import { enterOutage } from "./outage.queries.ts";

/** A restart of PostgreSQL is no outage that anybody has to be told of. In units of the interval between two looks. */
const TOLD_AFTER = 2 / 3;
/** One that follows another within this time is told of only when it lasts as long. */
const QUIET_MS = 10 * 60_000;

const title = "The database does not answer.";

interface Attempted {
  readonly id: string;
  readonly channel: Channel;
  attempts: number;
  nextAt: number;
  state: "open" | "sent" | "failed";
  error: string | null;
}

interface Present {
  readonly id: string;
  readonly since: Date;
  told: Attempted[] | null;
}

/** The one alert that cannot wait for the database: told from memory, and entered when the database is back. */
export function createOutage(deps: Pick<AlertsDeps, "mailer" | "clock" | "site" | "log" | "interval">) {
  let present: Present | null = null;
  let ended: { at: number; unrecorded: Present | null } | null = null;

  const isDue = ({ since }: Present): boolean => {
    const ms = deps.clock.now().getTime() - since.getTime();
    const recent = ended !== null && since.getTime() - ended.at < QUIET_MS;
    return ms >= (recent ? QUIET_MS : deps.interval * 1000 * TOLD_AFTER);
  };

  async function attempt(outage: Present, attempted: Attempted): Promise<void> {
    const { mailer, clock, site } = deps;
    const alert = {
      id: outage.id,
      ...outageAlert,
      severity: "critical" as const,
      title,
      openedAt: outage.since,
      resolvedAt: null,
    };
    const message = messageOf(attempted.id, "opened", alert, site.current());
    const sent = await send({ mailer, siteUrl: site.current(), now: clock.now() }, attempted.channel, message);
    attempted.attempts++;
    if (sent.ok) {
      attempted.state = "sent";
      return;
    }
    const pause = pauseAfter(attempted.attempts, sent);
    deps.log.warn(
      { channel: attempted.channel.name, detail: sent.detail, againInSeconds: pause },
      "an alert could not be sent",
    );
    attempted.error = sent.detail;
    if (pause === null) attempted.state = "failed";
    else attempted.nextAt = clock.now().getTime() + pause * 1000;
  }

  return {
    get lasting(): boolean {
      return present !== null;
    },

    /** The database did not answer. `memory`: null where another process tells of it. */
    async met(memory: Memory | null): Promise<void> {
      present ??= { id: newId(), since: deps.clock.now(), told: null };
      const outage = present;
      if (memory === null || !memory.rules.isOn(outageAlert.kind) || memory.outageSilenced || !isDue(outage)) return;
      outage.told ??= memory.channels
        .filter((channel) => takes(channel, "critical"))
        .map((channel) => ({ id: newId(), channel, attempts: 0, nextAt: 0, state: "open", error: null }));
      const now = deps.clock.now().getTime();
      const due = outage.told.filter(({ state, nextAt }) => state === "open" && nextAt <= now);
      await Promise.all(due.map((attempted) => attempt(outage, attempted)));
    },

    /** It answers again. Enters what was told, also where an earlier time that failed. */
    async over(db: Queryable): Promise<void> {
      if (present !== null) {
        ended = {
          at: deps.clock.now().getTime(),
          unrecorded: present.told === null ? (ended?.unrecorded ?? null) : present,
        };
        present = null;
      }
      const past = ended?.unrecorded;
      if (!ended || !past) return;
      const entered = await enterOutage.count(db, past.id, outageAlert.kind, outageAlert.subject, title, past.since);
      for (const { id, channel, attempts, state, error } of entered > 0 ? (past.told ?? []) : []) {
        await enterPast.count(db, id, past.id, channel.id, attempts, state === "sent", state === "failed", error);
      }
      ended.unrecorded = null;
    },
  };
}
