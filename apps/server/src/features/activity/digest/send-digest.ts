import { digestEmail } from "@holdfast/identity";
import type { ActivityDeps } from "../activity.deps.ts";
import { toNotification } from "../notifications/notification-view.ts";
import { beginDigest, deleteDigest, giveBackDigest, listSummed } from "./digest.queries.ts";
import { linkOf, sentenceOf } from "./sentences.ts";
import { unsubscribeToken } from "./unsubscribe-token.ts";

/** In one email; of more it says how many. */
const SHOWN = 20;

/**
 * Sends one email, at most once: it is marked as begun before the mail server hears of it, and only an answer of that server that it did not
 * take it gives it back to a later attempt.
 */
export async function sendDigest(
  { db, mailer, site, linkKey, log }: Pick<ActivityDeps, "db" | "mailer" | "site" | "linkKey" | "log">,
  digestId: string,
): Promise<void> {
  const digest = mailer && (await beginDigest.first(db, digestId));
  if (!mailer || !digest) return;
  const told = (await listSummed.all(db, digestId)).map(toNotification);
  if (told.length > 0) {
    await site.read();
    const siteUrl = site.current();
    const mail = digestEmail({
      ...{ productName: "Holdfast", siteUrl, count: told.length },
      items: told.slice(0, SHOWN).map((one) => ({ text: sentenceOf(one), link: linkOf(one, siteUrl) })),
      unsubscribe: `${siteUrl}/unsubscribe#token=${unsubscribeToken(linkKey, digest.user_id)}`,
      settings: `${siteUrl}/account#notifications`,
    });
    try {
      await mailer.send({ to: digest.email, ...mail });
    } catch (error) {
      const { responseCode = 0, code } = error as { responseCode?: number; code?: string };
      if (responseCode < 500) {
        await giveBackDigest.count(db, digestId);
        throw new Error(`The mail server cannot be used (${responseCode || (code ?? "no answer")}).`, { cause: error });
      }
      log.warn({ responseCode }, "a digest was refused by the mail server");
    }
  }
  await deleteDigest.count(db, digestId);
}
