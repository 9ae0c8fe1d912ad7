import type { Queryable } from "../../../../platform/database/database.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { type Channel, channelSealing, toChannel } from "../channels/channel.ts";
import { listChannels } from "../channels/channels.queries.ts";
import { listAdmins } from "../people.queries.ts";
import { type Rules, readRules } from "../rules/rules.ts";
import { isSilenced } from "./outage.queries.ts";

/** What has to be known to tell anybody that the database is away: as it was when it last answered. */
export interface Memory {
  readonly channels: readonly Channel[];
  readonly rules: Rules;
  readonly outageSilenced: boolean;
}

export const outageAlert = { kind: "database.away", subject: "database" } as const;

export async function remember(deps: Pick<AlertsDeps, "linkKey" | "mailer" | "site">, db: Queryable): Promise<Memory> {
  await deps.site.read();
  const rows = await listChannels.all(db);
  const admins = (await listAdmins.all(db)).map(({ email }) => email);
  const sealing = channelSealing(deps.linkKey);
  // Without a mail server there is nothing to fail.
  const used = rows.filter(({ enabled, kind }) => enabled && (kind !== "mail" || deps.mailer !== null));
  return {
    channels: used.map((row) => toChannel(row, sealing, admins)),
    rules: await readRules(db),
    outageSilenced: (await isSilenced.first(db, outageAlert.kind, outageAlert.subject))?.silenced ?? false,
  };
}
