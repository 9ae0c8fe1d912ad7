import { readFileSync } from "node:fs";
import type { Config } from "../config.ts";
import { describeMove, loadIdentityKeys, moveAuth } from "../features/auth/index.ts";
import { ProblemError } from "../platform/http/problem.ts";
import { withDatabase } from "./installation.ts";

export interface MoveCommandOptions {
  /** A file, because what is typed as an argument can be read by everybody on the machine. */
  databaseUrlFile: string;
  apply?: boolean;
  sessions?: boolean;
}

/** `holdfast supabase push` and `pull`: accounts from this installation's database into a Supabase's, or back. */
export function supabaseCommand(
  direction: "push" | "pull",
  config: Config,
  { databaseUrlFile, apply = false, sessions = false }: MoveCommandOptions,
  print: (line: string) => void,
): Promise<void> {
  const other = readUrl(databaseUrlFile);
  if (!/^postgres(ql)?:\/\//.test(other) || !URL.canParse(other)) {
    throw new ProblemError("invalid_request", `${databaseUrlFile} does not hold a connection string (postgres://…).`);
  }
  return withDatabase(config, async (ours) => {
    const [here, there] = ["this installation's DATABASE_URL", databaseUrlFile];
    const ends =
      direction === "push"
        ? { from: ours, to: other, names: { from: here, to: there } }
        : { from: other, to: ours, names: { from: there, to: here } };
    const { signing } = await loadIdentityKeys(config.dataDir, config.auth);
    const seal = { keys: signing, on: direction === "push" ? "from" : "to" } as const;
    const report = await moveAuth({ ...ends, apply, sessions, seal });
    print(describeMove(report));
    if (report.conflicts.length > 0) process.exitCode = 1;
    else if (!apply) print("Say --apply to do it.");
  });
}

function readUrl(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ProblemError("invalid_request", `${file} cannot be read (${code}): it should hold a connection string.`);
  }
}
