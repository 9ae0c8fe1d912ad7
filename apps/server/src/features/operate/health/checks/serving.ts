import type { Readiness, ReadinessCheck } from "../../../../platform/monitoring/readiness.ts";
import { type Check, type Finding, found, ok } from "../check.ts";

const remedies: Record<ReadinessCheck["name"], string> = {
  database: "Check that PostgreSQL runs and that DATABASE_URL is right. Holdfast continues by itself when it answers.",
  storage: "Check the disk or the bucket that it names. Holdfast continues by itself when it answers.",
  worker: "Start a process of role all or worker. Where one runs, its log says why it does nothing.",
  disk: "Make room on the disk: empty the trash, delete old backups, or move what is not Holdfast's.",
  auth: "Check the Supabase settings that it names.",
};

/** The same list as `/readyz`, with what to do. */
export function servingChecks(ask: () => Promise<Readiness>): Check[] {
  return (["database", "storage", "worker", "disk", "auth"] as const).map((name) => ({
    id: name,
    area: name === "database" ? "database" : name === "disk" ? "server" : "service",
    async look() {
      const check = (await ask()).checks.find((each) => each.name === name);
      return check ? judgeServing(check) : null;
    },
  }));
}

function judgeServing({ name, ok: fine, code, detail }: ReadinessCheck): Finding {
  if (fine) return code === "full" ? found("warning", detail, remedies.disk) : ok(detail);
  return found("problem", detail, remedies[name]);
}

export function judgeJobs(failed: number): Finding {
  if (failed === 0) return ok("No job has failed for good.");
  return {
    ...found(
      "warning",
      failed === 1
        ? "1 job has failed for good."
        : `${failed}${failed >= 100 ? " or more" : ""} jobs have failed for good.`,
      "Look under Jobs at what it says, mend that, and run it again.",
    ),
    action: "retry_jobs",
  };
}

export function judgeMaintenance(state: { readonly since: string } | null): Finding | null {
  if (state === null) return null;
  return {
    ...found(
      "notice",
      `Maintenance mode is on since ${state.since.slice(0, 16).replace("T", " ")} UTC: nobody can change files, links or accounts.`,
      "End it when the work is done.",
    ),
    action: "end_maintenance",
  };
}
