import { type Mailer, securityNoticeEmail } from "@holdfast/identity";
import type { Logger } from "pino";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { Caller } from "../identity/identity-client.ts";
import type { SiteUrl } from "../site/site-url.ts";
import { findUser } from "../users/users.queries.ts";

export type NoticeKind =
  | "password"
  | "email"
  | "factor_added"
  | "factor_removed"
  | "passkey_added"
  | "passkey_removed"
  | "token"
  | "device"
  | "suspicious";

export interface Notice {
  userId: string;
  kind: NoticeKind;
  /** Null: found by Holdfast itself, and there is nothing to say of a place. */
  caller: Caller | null;
  /** The address of before, where that has changed: both are told. */
  formerEmail?: string | null;
}

/** Mails to the owner of an account about what was done to it. Nothing waits for them; without mail the account page tells all the same. */
export interface SecurityNotices {
  tell(notice: Notice): void;
}

const sentences: Record<NoticeKind, string> = {
  password: "The password was changed.",
  email: "The email address was changed.",
  factor_added: "A second factor was added.",
  factor_removed: "A second factor was removed.",
  passkey_added: "A passkey was added.",
  passkey_removed: "A passkey was removed.",
  token: "An access token was made.",
  device: "Somebody signed in on a new device or network.",
  suspicious: "Something unusual was done with your account or your files.",
};

const AT_MOST = 3;
const HOUR_MS = 3_600_000;
const CAPACITY = 20_000;

export interface NoticesDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  siteUrl: Pick<SiteUrl, "current">;
  mailer: Mailer | null;
}

export function createSecurityNotices({ db, clock, log, siteUrl, mailer }: NoticesDeps): SecurityNotices {
  const sent = new Map<string, number[]>();

  /** At most three an hour of one kind to one account: what goes on is known by then, and no mailbox is flooded. */
  function mayTell({ userId, kind }: Notice): boolean {
    const key = `${kind} ${userId}`;
    const now = clock.now().getTime();
    const recent = (sent.get(key) ?? []).filter((at) => at > now - HOUR_MS && at <= now);
    const isFree = recent.length < AT_MOST;
    sent.delete(key);
    sent.set(key, isFree ? [...recent, now] : recent);
    if (sent.size > CAPACITY) sent.delete(sent.keys().next().value as string);
    return isFree;
  }

  async function send({ userId, kind, caller, formerEmail }: Notice): Promise<void> {
    const user = await findUser(db, userId);
    const email = user?.email ?? "";
    const from = caller?.userAgent ? `with ${caller.userAgent.slice(0, 200)}` : "with an unknown program";
    const where = caller
      ? `It was done from the address ${caller.ip}, ${from}.`
      : "Your administrator has been informed. Look at your activity and your files. If a program on your computer changes files that you did not change, disconnect it.";
    const mail = securityNoticeEmail({
      ...{ productName: "Holdfast", siteUrl: siteUrl.current(), email, where },
      what: sentences[kind],
    });
    const mailboxes = new Set([email, formerEmail ?? ""].filter((address) => address !== ""));
    for (const to of mailboxes) await mailer?.send({ to, ...mail });
  }

  return {
    tell(notice) {
      if (mailer === null || !mayTell(notice)) return;
      send(notice).catch((error: unknown) => log.warn({ err: error }, "a security notice could not be mailed"));
    },
  };
}
