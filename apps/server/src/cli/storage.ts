import type { Config } from "../config.ts";
import { reconcile, type StorageReport } from "../features/content/index.ts";
import { StartError } from "../process/failure.ts";
import { withInstallation } from "./installation.ts";

export interface ReconcileCommandOptions {
  dryRun?: boolean;
  remove?: boolean;
  confirm?: string;
}

/** `holdfast storage reconcile`: what the store has and the tables do not, and the other way round. */
export function reconcileCommand(
  config: Config,
  { dryRun = false, remove = false, confirm }: ReconcileCommandOptions,
  print: (line: string) => void,
): Promise<void> {
  if (dryRun && remove) throw new StartError("Say either --dry-run or --remove.");
  if (confirm !== undefined && !/^\d+$/.test(confirm)) {
    throw new StartError("--confirm takes the number of unreferenced objects that the last report named.");
  }
  const mode = remove ? "remove" : dryRun ? "look" : "report";
  return withInstallation(config, async ({ services }) => {
    const { signal } = new AbortController();
    const confirmed = confirm === undefined ? {} : { confirmed: Number(confirm) };
    const report = await reconcile(services.files, { mode, signal, ...confirmed });
    if (!report) throw new StartError("Another comparison of the store is under way: wait for its end.");
    for (const line of describe(report)) print(line);
    if (report.refusal !== null) throw new StartError(`Nothing was removed. ${report.refusal}`);
    if (report.missing + report.wrongSize > 0) process.exitCode = 1;
  });
}

function* describe(report: StorageReport): Generator<string> {
  yield `${report.objects} objects (${report.bytes} bytes) in the store, ${report.segments} segments in the tables.`;
  yield `unreferenced: ${report.unreferenced} objects (${report.unreferencedBytes} bytes), ${report.removed} of them removed (${report.removedBytes} bytes)`;
  yield `leftovers:    ${report.leftovers} temporary files (${report.leftoverBytes} bytes)`;
  if (report.unknown > 0) yield `unknown:      ${report.unknown} objects that are no segments; they stay`;
  yield `missing:      ${report.missing} segments that files need; ${report.wrongSize} with a wrong size`;
  for (const { sha256, kind, expected, found, files } of report.problems) {
    yield `  ${kind} ${sha256} (${expected} bytes${found === null ? "" : `, found ${found}`})`;
    for (const { path, owner, fileId } of files) yield `    ${owner}: ${path} (${fileId})`;
  }
}
