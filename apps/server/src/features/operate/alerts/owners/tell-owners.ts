import { alertEmail } from "@holdfast/identity";
import type { Queryable } from "../../../../platform/database/database.ts";
import { withoutPaths } from "../../../backups/index.ts";
import type { AlertsDeps } from "../alerts.deps.ts";
import { explainMail, isRefused } from "../channels/send.ts";
import { listOwnersToTell, type OwnerToTell, recordTold } from "./owners.queries.ts";

/** Mails people whose own backup failed, each at most once a day. One whose mailbox refuses it is not tried again. */
export async function tellOwners(deps: Pick<AlertsDeps, "mailer" | "site" | "log">, db: Queryable): Promise<void> {
  const { mailer, site, log } = deps;
  if (mailer === null) return;
  for (const owner of await listOwnersToTell.all(db)) {
    try {
      await mailer.send({ to: owner.email, ...mailTo(owner, site.current()) });
    } catch (error) {
      log.warn({ detail: explainMail(error) }, "a person could not be told of a failed backup");
      // The next look asks again.
      if (!isRefused(error)) return;
    }
    await recordTold.count(db, owner.id);
  }
}

function mailTo({ email, error, scheduled, storage_location: location }: OwnerToTell, siteUrl: string) {
  const which = scheduled ? "A scheduled backup" : "A backup";
  return alertEmail({
    ...{ productName: "Holdfast", siteUrl, subject: `${which} of your files failed` },
    paragraphs: [
      `${which} of your account ${email} failed. Your files are where they were, but their newest state is in no backup of yours.`,
      ...(error === null ? [] : [`Why: ${withoutPaths(error, location)}`]),
      "What to do: open your backups, and make one now. If it fails again, ask an administrator.",
    ],
    action: { label: "Open backups", link: `${siteUrl}/backups` },
    closing: "You get at most one such email a day.",
  });
}
