import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError, loadConfig, unknownSettings } from "../../config.ts";
import { type Check, found, type Health, lookAtHealth } from "../../features/operate/index.ts";
import { createPool } from "../../platform/database/pool.ts";
import { describeFailure } from "../../process/failure.ts";
import { revision, version } from "../../version.ts";
import { withDatabase } from "../installation.ts";
import { installedChecks } from "./database-checks.ts";
import { machineChecks } from "./machine-checks.ts";

type Print = (line: string) => void;

const words = { ok: "ok", notice: "ok", warning: "warning", problem: "problem" } as const;

/** `holdfast doctor`: looks at everything, changes nothing, beside a running Holdfast or without one. Exit code 1 where there is a problem. */
export async function doctorCommand(print: Print): Promise<void> {
  print(
    `Holdfast ${version()}${revision() ? ` (${revision()})` : ""}, Node ${process.versions.node}, ${process.platform} ${process.arch}`,
  );
  const health = await lookAtHealth(await allChecks(), new Date());
  const order = ["server", "network", "database", "service", "backups"];
  for (const check of health.checks.toSorted((a, b) => order.indexOf(a.area) - order.indexOf(b.area))) {
    print(`${words[check.state].padEnd(8)} ${check.sentence}`);
    if (check.remedy !== null) print(`         ${check.remedy}`);
  }
  print(summaryOf(health));
  if (health.state === "problem") process.exitCode = 1;
}

function summaryOf({ checks }: Health): string {
  const count = (state: string) => checks.filter((check) => check.state === state).length;
  const [problems, warnings] = [count("problem"), count("warning")];
  if (problems + warnings === 0) return "All is well.";
  const parts = [
    problems > 0 ? `${problems} problem${problems === 1 ? "" : "s"}` : "",
    warnings > 0 ? `${warnings} warning${warnings === 1 ? "" : "s"}` : "",
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}

async function allChecks(): Promise<Check[]> {
  try {
    const config = loadConfig();
    const unknown = unknownSettings();
    if (config.databaseUrl === null && !existsSync(join(config.dataDir, "postgres"))) {
      return machineChecks(config, false);
    }
    return await checksOfInstallation(config, unknown);
  } catch (error) {
    const mistakes = error instanceof ConfigError ? error.mistakes : describeFailure(error);
    return mistakes.map((sentence, nth) => ({
      id: `start-${nth}`,
      area: "server",
      look: () => found("problem", sentence, "Holdfast does not start before that is mended."),
    }));
  }
}

/** The database is there for as long as the checks take, so they are made here. */
async function checksOfInstallation(
  config: ReturnType<typeof loadConfig>,
  unknown: readonly string[],
): Promise<Check[]> {
  return withDatabase(config, async (url, isRunning) => {
    const pool = createPool(url, { max: 3, name: "holdfast doctor", onError: () => {} });
    try {
      const asked = { config, unknownSettings: unknown, isRunning };
      const checks = [...machineChecks(config, isRunning), ...(await installedChecks(pool, asked))];
      const { checks: made } = await lookAtHealth(checks, new Date());
      return made.map(({ id, area, state, sentence, remedy }) => ({
        ...{ id, area },
        look: () => ({ state, sentence, ...(remedy === null ? {} : { remedy }) }),
      }));
    } finally {
      await pool.end();
    }
  });
}
