import type { Config } from "../config.ts";
import { explainFailure, readBackedUpTable } from "../features/backups/index.ts";
import { type Finding, type Verified, verifyLog } from "../platform/audit/seal/verify-log.ts";
import type { Services } from "../services.ts";
import { withInstallation } from "./installation.ts";

type Print = (line: string) => void;

/** `holdfast audit verify`: is the access log as it was sealed, and are the seals those of the newest server backup? */
export function auditVerifyCommand(config: Config, print: Print): Promise<void> {
  return withInstallation(config, async ({ services }) => {
    const { backedUp, sentence } = await readHeads(services);
    const { auditMonths, accessLogMonths } = config.limits;
    const months = { changes: auditMonths, reads: accessLogMonths };
    const verified = await verifyLog(services.db, { months, backedUp });
    for (const line of describe(verified, sentence)) print(line);
    if (verified.findings.length > 0) process.exitCode = 1;
  });
}

interface Heads {
  /** By `<log> <day>`. */
  backedUp: Map<string, string> | null;
  sentence: string;
}

async function readHeads({ backups }: Pick<Services, "backups">): Promise<Heads> {
  try {
    const table = await readBackedUpTable(backups, "audit_days");
    if (table === null) return { backedUp: null, sentence: "There is no server backup to compare the seals with." };
    const backedUp = new Map<string, string>();
    for await (const line of table.lines) {
      const { log, day, head } = JSON.parse(line) as { log: string; day: string; head: string };
      backedUp.set(`${log} ${day}`, head.replace(/^\\x/, ""));
    }
    return { backedUp, sentence: `Compared with the server backup of ${table.at.toISOString()}.` };
  } catch (error) {
    return { backedUp: null, sentence: `The newest server backup cannot be read: ${explainFailure(error)}` };
  }
}

function* describe(
  { days, rows, removedDays, notRestored, compared, findings }: Verified,
  backup: string,
): Generator<string> {
  yield `${days} sealed days with ${rows} entries were read; the entries of ${removedDays} days were removed.`;
  if (notRestored > 0) yield `The entries of ${notRestored} more days were not in the server backup that was restored.`;
  yield `${backup}${compared > 0 ? ` ${compared} seals are in it.` : ""}`;
  for (const finding of findings) yield sentenceOf(finding);
  yield findings.length === 0
    ? "The access log is as it was sealed."
    : `${findings.length} ${findings.length === 1 ? "place is" : "places are"} not as sealed, the first on ${findings.map(({ day }) => day).sort()[0]}.`;
}

function sentenceOf({ log, day, kind, row }: Finding): string {
  const entry = row === null ? "an entry" : `the entry ${row}${row.length < 36 ? `…, of ${timeOf(row)},` : ""}`;
  const what: Record<Finding["kind"], string> = {
    changed: `${entry} was changed`,
    missing: `${entry} is missing`,
    added: `${entry} was added`,
    seal: "the seal was rewritten: it does not continue that of the day before",
    gap: "the seal of this day is missing",
    unsealed: `${entry} stands where no sealed day has entries`,
    removed: "the entries were removed although the settings keep them longer",
    backup: "the seal is not the one in the server backup",
  };
  return `  ${day} ${log}: ${what[kind]}`;
}

/** An id begins with the milliseconds since 1970. */
function timeOf(row: string): string {
  return new Date(Number.parseInt(row.replaceAll("-", "").slice(0, 12), 16)).toISOString();
}
