import type { Check, Finding } from "./check.ts";
import { findLimits } from "./database.queries.ts";

/** PostgreSQL refuses changes at 2,000 million less a margin. */
const WRAPAROUND_CRITICAL = 1500;

const limits: Check = {
  kinds: ["database.connections", "database.transaction", "database.wraparound"],
  every: 2,
  inARow: 2,
  async run({ db, rules }) {
    const found = await findLimits.first(db);
    if (!found) return null;
    const findings: Finding[] = [];
    const add = (kind: string, severity: Finding["severity"], title: string) =>
      findings.push({ kind, subject: "database", severity, title });
    const used = (100 * found.connections) / Math.max(1, found.most);
    const connections = rules.threshold("database.connections");
    if (used >= connections) {
      add(
        "database.connections",
        "warning",
        `More than ${connections} % of the database's ${found.most} connections are in use.`,
      );
    }
    const hours = Math.floor(found.transaction_hours);
    if (found.transaction_hours >= rules.threshold("database.transaction")) {
      add("database.transaction", "warning", `A transaction has been open for ${hours} hours.`);
    }
    const millions = found.wraparound_millions;
    if (millions >= rules.threshold("database.wraparound")) {
      const severity = millions >= WRAPAROUND_CRITICAL ? "critical" : "warning";
      const rounded = Math.floor(millions / 100) * 100;
      add("database.wraparound", severity, `The oldest transaction number is ${rounded} million transactions old.`);
    }
    return findings;
  },
};

/** Who answers is not away: what was told of while it was, ends. */
const answers: Check = { kinds: ["database.away"], run: async () => [] };

export const databaseChecks: readonly Check[] = [limits, answers];
