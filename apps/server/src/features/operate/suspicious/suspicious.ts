import type { Auth } from "../../auth/index.ts";
import type { Finding, Rule } from "./finding.ts";
import { backupsDeleted, rareChanges } from "./rules/changes.ts";
import { manyDownloads } from "./rules/downloads.ts";
import { massChange } from "./rules/mass-change.ts";
import { linkGuessing, newPlaces, passwordGuessing, tokenNetworks } from "./rules/sign-in.ts";
import { startWatching, type WatchDeps } from "./watch.ts";

type SuspiciousDeps = Omit<WatchDeps, "rules" | "notify"> & { auth: Pick<Auth, "notices"> };

/** Every rule that there is. */
export function allRules(db: WatchDeps["db"]): Rule[] {
  return [
    massChange(db),
    passwordGuessing(db),
    newPlaces(db),
    tokenNetworks(db),
    linkGuessing(db),
    rareChanges(db),
    backupsDeleted(db),
    manyDownloads(db),
  ];
}

/** Rules whose person learns of it by other mails already, or could be the one who must not be warned. */
const unmailed = new Set(["suspicious.two-factor-removed", "suspicious.new-place", "suspicious.backups-reduced"]);

/** Looks for suspicious activity while a worker runs: alerts for administrators, a mail for the person concerned. */
export function watchForSuspicious({ auth, ...deps }: SuspiciousDeps): { close(): Promise<void> } {
  const notify = (userId: string, { kind }: Finding): void => {
    if (!unmailed.has(kind)) auth.notices.tell({ userId, kind: "suspicious", caller: null });
  };
  return startWatching({ ...deps, rules: allRules(deps.db), notify });
}
