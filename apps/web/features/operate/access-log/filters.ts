import type { AccessEntry } from "@holdfast/contract";

/** Actions by what people call them; the order is that of the page. */
export const groups = {
  changes: [
    ...["file.upload", "file.replace", "file.rename", "file.move", "file.copy", "file.trash", "file.restore"],
    ...["file.delete", "file.restore-version", "file.delete-version", "file.delete-versions", "folder.create"],
    ...["folder.inheritance", "trash.empty"],
  ],
  deletions: ["file.trash", "file.delete", "file.delete-version", "file.delete-versions", "trash.empty"],
  downloads: [
    ...["file.download", "file.preview", "file.archive", "link.download", "link.preview", "link.archive"],
    ...["backup.download", "backup.archive"],
  ],
  links: [
    ...["share.create", "share.update", "share.revoke", "link.view", "link.unlock", "link.download"],
    ...["link.preview", "link.archive", "link.refused"],
  ],
  sharing: ["grant.create", "grant.update", "grant.delete", "folder.inheritance"],
  signIns: ["session.sign-in", "session.logout", "session.revoke", "session.prove", "session.new_device"],
  refusals: ["access.refused", "link.refused"],
  security: [
    ...["user.password", "user.email", "user.confirm", "user.recovered", "user.reset_factors", "factor.add"],
    ...["factor.remove", "factor.recovery_codes", "factor.recovery_code_used", "passkey.add", "passkey.remove"],
    ...["token.create", "token.revoke", "service_key.create", "service_key.revoke", "service_key.rotate"],
  ],
  accounts: [
    ...["user.create", "user.update", "user.delete", "user.invite", "user.register", "user.export"],
    ...["invitation.revoke", "setup.complete"],
  ],
  backups: [
    ...["backup.create", "backup.cancel", "backup.delete", "backup.verify", "backup.restore", "backup.download"],
    ...["backup.archive", "backup.rehearse", "backup.recovery-kit", "schedule.create", "schedule.update"],
    ...["schedule.delete", "target.create", "target.update", "target.delete", "target.start-over"],
  ],
  server: ["settings.update", "job.retry", "segment.heal", "segment.bad", "access_log.export"],
} as const;
export type Group = keyof typeof groups;

export const outcomes = ["ok", "refused", "failed"] as const;

/** Days back from now. */
export const periods = { day: 1, week: 7, month: 30, quarter: 90, all: null } as const;
export type Period = keyof typeof periods;

/** What is asked for, as the page's own address says it, so that Back, a reload and a link keep it. */
export interface Filters {
  q: string;
  group: Group | "any";
  outcome: (typeof outcomes)[number] | "any";
  period: Period;
  ip: string;
  /** With what they were called where they were chosen. */
  actor: Named | null;
  target: Named | null;
}
export interface Named {
  id: string;
  name: string;
}

export const noFilters: Filters = {
  ...{ q: "", group: "any", outcome: "any", period: "month", ip: "", actor: null, target: null },
};

export function filtersOf(params: URLSearchParams): Filters {
  const one = <T extends string>(name: string, all: readonly string[], otherwise: T): T =>
    all.includes(params.get(name) ?? "") ? (params.get(name) as T) : otherwise;
  const named = (name: string): Named | null => {
    const id = params.get(name);
    return id === null ? null : { id, name: params.get(`${name}Name`) ?? id };
  };
  return {
    q: params.get("q") ?? "",
    group: one<Filters["group"]>("group", Object.keys(groups), "any"),
    outcome: one<Filters["outcome"]>("outcome", outcomes, "any"),
    period: one<Period>("period", Object.keys(periods), "month"),
    ip: params.get("ip") ?? "",
    actor: named("actor"),
    target: named("target"),
  };
}

export function pathOf(filters: Filters): string {
  const { q, group, outcome, period, ip, actor, target } = filters;
  const all: Record<string, string | undefined> = {
    ...{ q, ip, actor: actor?.id, actorName: actor?.name, target: target?.id, targetName: target?.name },
    ...{ group: group === "any" ? "" : group, outcome: outcome === "any" ? "" : outcome },
    period: period === noFilters.period ? "" : period,
  };
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value) params.set(name, value);
  const query = params.toString();
  return query === "" ? "/admin/access-log" : `/admin/access-log?${query}`;
}

/** As the API takes it. The time is a whole minute, so that the same question is the same until then. */
export function queryOf({ q, group, outcome, period, ip, actor, target }: Filters, now = Date.now()) {
  const days = periods[period];
  const minute = 60_000;
  return {
    q: q.trim() || undefined,
    action: group === "any" ? undefined : groups[group].join(","),
    outcome: outcome === "any" ? undefined : outcome,
    from: days === null ? undefined : new Date(Math.floor(now / minute) * minute - days * 86_400_000).toISOString(),
    ip: ip.trim() || undefined,
    actorId: actor?.id,
    targetId: target?.id,
  };
}

export const whoOf = ({ actorId, actorName, actorEmail }: Pick<AccessEntry, "actorId" | "actorName" | "actorEmail">) =>
  actorId === null ? null : { id: actorId, name: actorName || actorEmail || actorId };
