import type { Database } from "../../../../platform/database/database.ts";
import { accountActions, type Finding, type Rule } from "../finding.ts";
import { thresholds } from "../thresholds.ts";
import * as queries from "./changes.queries.ts";

type Change = Awaited<ReturnType<typeof queries.listRareChanges.all>>[number];

const since = (now: Date, minutes: number) => new Date(now.getTime() - minutes * 60_000);

/** What is rare and always worth a look: an administrator made, two-factor sign-in taken off, backups' ground taken away. */
export function rareChanges(db: Database): Rule {
  return async (now) => {
    const rows = await queries.listRareChanges.all(db, since(now, thresholds.reportMinutes));
    const found = new Map<string, Finding>();
    for (const row of rows) {
      const finding = judge(row);
      // Of one kind and subject the last.
      if (finding) found.set(`${finding.kind} ${finding.subject}`, finding);
    }
    return [...found.values()];
  };
}

function judge(row: Change): Finding | null {
  switch (row.action) {
    case "user.create":
    case "user.update":
      return adminMade(row);
    case "factor.remove":
    case "passkey.remove":
      // Somebody who exchanges one for another still has one.
      return row.has_factor ? null : factorsGone(row, row.actor_id, row.actor);
    case "user.reset_factors":
      return factorsGone(row, row.target_id, row.target ?? textOf(row.detail?.email));
    default:
      return backupGround(row);
  }
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const timeOf = (at: Date) => `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

function adminMade({ actor, actor_id, target, target_id, detail, at, ip }: Change): Finding | null {
  if (target_id === null) return null;
  const email = target ?? textOf(detail?.email) ?? "An account";
  return {
    ...{
      kind: "suspicious.admin-made",
      subject: target_id,
      severity: "warning",
      began: at,
      last: at,
      userId: target_id,
    },
    title: `${email} was made an administrator by ${actor ?? "nobody who is known"} at ${timeOf(at)}. If you do not know why, take the role away and end the sessions of both.`,
    data: { email, by: actor, byId: actor_id, address: ip },
    actions: [...accountActions(target_id), ...(actor_id ? accountActions(actor_id) : [])],
  };
}

function factorsGone({ actor, actor_id, at, ip }: Change, userId: string | null, email: string | null): Finding | null {
  if (userId === null) return null;
  const by = actor_id === userId ? "themselves" : (actor ?? "nobody who is known");
  return {
    ...{ kind: "suspicious.two-factor-removed", subject: userId, severity: "warning", began: at, last: at, userId },
    title: `${email ?? "An account"} has no second factor any more: it was taken off by ${by} at ${timeOf(at)}. Ask them whether they wanted that; if not, end the sessions.`,
    data: { email, by: actor, byId: actor_id, address: ip },
    actions: accountActions(userId),
  };
}

const ground: Record<string, string> = {
  "target.delete": "deleted a target of backups",
  "target.start-over": "started a target of backups over, so that what was in it is gone",
  "schedule.delete": "deleted a schedule of backups",
  "schedule.update": "shortened how long backups are kept",
};

function backupGround(row: Change): Finding | null {
  const what = ground[row.action];
  const { actor_id: actorId, actor, target_id: targetId, at } = row;
  if (!what || targetId === null || (row.action === "schedule.update" && !isShorter(row.detail?.retention)))
    return null;
  return {
    ...{ kind: "suspicious.backups-reduced", subject: targetId, severity: "warning", began: at, last: at },
    title: `${actor ?? "Somebody"} ${what} at ${timeOf(at)}. If you do not know why, end their sessions, and make a backup now to a place that they cannot reach.`,
    data: { action: row.action, by: actor, byId: actorId, address: row.ip },
    actions: actorId ? accountActions(actorId) : [],
    ...(actorId ? { userId: actorId } : {}),
  };
}

/** Whether a rule of retention keeps fewer than before. Without any rule everything is kept. */
export function isShorter(retention: unknown): boolean {
  const { from, to } = (retention ?? {}) as { from?: Record<string, unknown>; to?: Record<string, unknown> };
  if (!from || !to) return false;
  const kept = (rules: Record<string, unknown>) =>
    Object.entries(rules).filter((entry): entry is [string, number] => typeof entry[1] === "number" && entry[1] > 0);
  if (kept(to).length === 0) return false;
  if (kept(from).length === 0) return true;
  return kept(from).some(([rule, count]) => Number(to[rule] ?? 0) < count);
}

/** One person deletes many backups. */
export function backupsDeleted(db: Database): Rule {
  const { backups: atLeast, minutes } = thresholds.backupsDeleted;
  return async (now) => {
    const rows = await queries.countDeletedBackups.all(db, since(now, minutes), atLeast);
    return rows.map(({ actor_id: userId, email, backups, began, last }) => ({
      ...{ kind: "suspicious.backups-deleted", subject: userId, severity: "critical", began, last, userId },
      title: `${email} deleted ${backups} backups within an hour. If you do not know why, end their sessions, and make a backup now to a place that they cannot reach.`,
      data: { email, backups },
      actions: accountActions(userId),
    }));
  };
}
