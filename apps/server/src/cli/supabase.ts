import { readFileSync } from "node:fs";
import type { Config } from "../config.ts";
import { describeMove, moveAuth } from "../features/auth/index.ts";
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
  const other = readFileSync(databaseUrlFile, "utf8").trim();
  if (!/^postgres(ql)?:\/\//.test(other)) {
    throw new ProblemError("invalid_request", `${databaseUrlFile} does not hold a connection string (postgres://…).`);
  }
  return withDatabase(config, async (ours) => {
    const ends = direction === "push" ? { from: ours, to: other } : { from: other, to: ours };
    const report = await moveAuth({ ...ends, apply, sessions });
    print(describeMove(report));
    if (report.conflicts.length > 0) process.exitCode = 1;
    else if (!apply) print("Say --apply to do it.");
  });
}
