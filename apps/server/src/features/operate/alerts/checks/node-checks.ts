import { workerSilence } from "../../../../platform/jobs/heartbeat.ts";
import { type Check, days, type Finding, freshReports } from "./check.ts";

/** A worker says every ten seconds that it is alive. */
const WORKER_SILENT_MS = 30_000;
const NODE_SILENT_SECONDS = 45;
/** After a start, and after the database was away, everybody has so long to be heard of. */
const SETTLED_SECONDS = 45;

const silence: Check = {
  kinds: ["worker.silent", "node.silent"],
  async run({ db, reports, settledSeconds }) {
    if (settledSeconds < SETTLED_SECONDS) return null;
    const ms = await workerSilence(db);
    const findings: Finding[] = [];
    const noWorker = ms === null || ms > WORKER_SILENT_MS;
    if (noWorker) {
      const title = ms === null ? "No worker has ever run." : "No worker is alive any more.";
      findings.push({ kind: "worker.silent", subject: "worker", severity: "critical", title });
    }
    for (const { node, role, age } of reports) {
      // Of the last worker that is gone there is an alert already.
      if (age < NODE_SILENT_SECONDS || (role === "worker" && noWorker)) continue;
      findings.push({
        kind: "node.silent",
        subject: node,
        severity: "critical",
        title: `The node "${node}" was not heard of any more.`,
      });
    }
    return findings;
  },
};

const disks: Check = {
  kinds: ["disk.full"],
  async run(look) {
    const least = look.rules.threshold("disk.full");
    const findings = freshReports(look).flatMap(({ node, report: { disk } }): Finding[] => {
      const subject = machineOf(node);
      if (disk.refused)
        return [
          {
            kind: "disk.full",
            subject,
            severity: "critical",
            title: `Uploads are refused: the disk of ${subject} is almost full.`,
            data: { detail: disk.detail },
          },
        ];
      if (disk.freePercent >= least) return [];
      return [
        {
          kind: "disk.full",
          subject,
          severity: "warning",
          title: `Less than ${least} % of the disk of ${subject} is free.`,
          data: { detail: disk.detail },
        },
      ];
    });
    return onePerSubject(findings);
  },
};

const stores: Check = {
  kinds: ["storage.away"],
  inARow: 2,
  async run(look) {
    const away = freshReports(look).find(({ report }) => report.storeAway !== null);
    if (!away) return [];
    return [
      {
        kind: "storage.away",
        subject: "store",
        severity: "critical",
        title: `The file store cannot be used: ${away.report.storeAway}`,
      },
    ];
  },
};

const DAY_MS = 86_400_000;
const LAST_DAYS = 7;

const certificates: Check = {
  kinds: ["certificate.expiring"],
  async run(look) {
    const most = look.rules.threshold("certificate.expiring");
    const findings = freshReports(look).flatMap(({ node, report }): Finding[] => {
      if (report.certificateEndsAt === null) return [];
      const left = Math.floor((new Date(report.certificateEndsAt).getTime() - look.now.getTime()) / DAY_MS);
      if (left >= most) return [];
      const on = report.certificateEndsAt.slice(0, 10);
      const title =
        left < 0
          ? `The TLS certificate ended on ${on}.`
          : left === 0
            ? "The TLS certificate ends today."
            : `The TLS certificate ends in ${days(left)}, on ${on}.`;
      return [
        {
          kind: "certificate.expiring",
          subject: machineOf(node),
          severity: left < LAST_DAYS ? "critical" : "warning",
          title,
        },
      ];
    });
    return onePerSubject(findings);
  },
};

export const nodeChecks: readonly Check[] = [silence, disks, stores, certificates];

/** The processes of one machine share its disk and its certificate. */
function machineOf(node: string): string {
  return node.split(" ")[0] as string;
}

/** The most severe of each. */
function onePerSubject(findings: readonly Finding[]): Finding[] {
  const kept = new Map<string, Finding>();
  for (const finding of findings) {
    if (kept.get(finding.subject)?.severity !== "critical") kept.set(finding.subject, finding);
  }
  return [...kept.values()];
}
