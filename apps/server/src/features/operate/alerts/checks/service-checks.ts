import { findFailedJobs } from "../../../../platform/jobs/failed-jobs.ts";
import { slowest, sumTraffic } from "../sensors/traffic.ts";
import { type Check, type Finding, freshReports } from "./check.ts";
import { countNearlyFull, listFailingChannels } from "./services.queries.ts";

/** With fewer requests a share says nothing. */
const FEWEST_REQUESTS = 50;
const FEWEST_FAILED = 10;
const FEWEST_TIMED = 100;

/** Raised at the threshold, and over at less than two thirds of it. */
const traffic = (open: () => ReadonlySet<string>): Check => ({
  kinds: ["http.errors", "http.slow"],
  async run(look) {
    const parts = freshReports(look).flatMap(({ report }) => (report.traffic ? [report.traffic] : []));
    const sum = sumTraffic(parts);
    const findings: Finding[] = [];
    const bar = (kind: string) => look.rules.threshold(kind) * (open().has(kind) ? 2 / 3 : 1);
    const share = (100 * sum.failed) / Math.max(1, sum.requests);
    if (sum.requests >= FEWEST_REQUESTS && sum.failed >= FEWEST_FAILED && share >= bar("http.errors")) {
      const title = `More than ${look.rules.threshold("http.errors")} % of requests failed in the last five minutes.`;
      findings.push({ kind: "http.errors", subject: "requests", severity: "critical", title });
    }
    if (sum.requests >= FEWEST_TIMED && slowest(sum) > bar("http.slow")) {
      const seconds = look.rules.threshold("http.slow") / 1000;
      const title = `One request in twenty took longer than ${seconds} s in the last five minutes.`;
      findings.push({ kind: "http.slow", subject: "requests", severity: "warning", title });
    }
    return findings;
  },
});

const jobs: Check = {
  kinds: ["job.failed"],
  every: 2,
  async run({ db, deps }) {
    const failed = await findFailedJobs(db, deps.repeatedJobs);
    return failed.map(({ name, count, error }) => ({
      ...{ kind: "job.failed", subject: name, severity: "warning" },
      title: `${count === 1 ? `The job ${name}` : `${count} jobs ${name}`} failed for good: ${(error ?? "see the log").slice(0, 300)}`,
    }));
  },
};

const signIn: Check = {
  kinds: ["signin.unavailable"],
  inARow: 2,
  async run(look) {
    const wrong = freshReports(look).find(({ report }) => report.signIn.length > 0);
    if (!wrong) return [];
    return [
      { kind: "signin.unavailable", subject: "supabase", severity: "critical", title: wrong.report.signIn.join(" ") },
    ];
  },
};

const mail: Check = {
  kinds: ["mail.unavailable"],
  // Longer than from one question to the next: it was asked twice.
  inARow: 4,
  async run(look) {
    const reports = freshReports(look);
    // One process that can send is enough to say that the settings are right.
    const failing = reports.filter(({ report }) => report.mailAway !== null);
    if (failing.length === 0 || failing.length < reports.length) return [];
    return [
      {
        kind: "mail.unavailable",
        subject: "smtp",
        severity: "warning",
        title: `Mail cannot be sent: ${failing[0]?.report.mailAway}`,
      },
    ];
  },
};

const channels: Check = {
  kinds: ["channel.failing"],
  async run({ db }) {
    return (await listFailingChannels.all(db)).map(({ id, name, error }) => ({
      ...{ kind: "channel.failing", subject: id, severity: "warning" },
      title: `Alerts could not be sent to "${name}": ${error}`,
    }));
  },
};

const quotas: Check = {
  kinds: ["quota.nearly_full"],
  every: 20,
  async run({ db, rules }) {
    const share = rules.threshold("quota.nearly_full");
    const number = (await countNearlyFull.first(db, share / 100))?.number ?? 0;
    if (number === 0) return [];
    const title = `${number === 1 ? "One account has" : `${number} accounts have`} used ${share} % or more of the quota.`;
    return [{ kind: "quota.nearly_full", subject: "accounts", severity: "info", title }];
  },
};

/** @param open the kinds of which an alert is open */
export function serviceChecks(open: () => ReadonlySet<string>): readonly Check[] {
  return [traffic(open), jobs, signIn, mail, channels, quotas];
}
