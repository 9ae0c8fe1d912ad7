import mime from "mime";
import type { Database } from "../../../../platform/database/database.ts";
import { findUser } from "../../../auth/index.ts";
import { accountActions, type Finding, type Rule } from "../finding.ts";
import { thresholds } from "../thresholds.ts";
import * as queries from "./mass-change.queries.ts";

/** Many files whose contents were turned to noise: encryption by a client, as far as a server can see it. */
export function massChange(db: Database): Rule {
  const { files, runGapMinutes, windowHours, recentMinutes } = thresholds.massChange;
  return async (now) => {
    const since = new Date(now.getTime() - windowHours * 3_600_000);
    const lately = new Date(now.getTime() - recentMinutes * 60_000);
    const findings: Finding[] = [];
    for (const { space_id } of await queries.findNoisySpaces.all(db, lately)) {
      const run = await queries.findRun.first(db, space_id, since, runGapMinutes);
      if (run && run.replaced + run.beside >= files) findings.push(await describe(db, space_id, run));
    }
    return findings;
  };
}

type Run = NonNullable<Awaited<ReturnType<typeof queries.findRun.first>>>;

async function describe(
  db: Database,
  spaceId: string,
  { replaced, beside, began, last, names }: Run,
): Promise<Finding> {
  const user = await findUser(db, spaceId);
  const who = user?.email ?? "an account";
  const count = replaced + beside;
  // A second before the first of it: a client that announces a file empty and fills it then has begun.
  const to = new Date(began.getTime() - 1000).toISOString();
  const common = commonEnding(names);
  // An ending that programs use says nothing.
  const ending = common === null || mime.getType(common) !== null ? null : common;
  const named = ending === null ? "" : ` Most of them end in ".${ending}" now.`;
  const from = await queries.findActors.all(db, spaceId, began);
  return {
    kind: "suspicious.mass-change",
    subject: spaceId,
    severity: "critical",
    title: `${count} files of ${who} were turned to what looks encrypted.${named} If nobody there did this on purpose, end the sessions and lock the account, clean the device, then rewind to before it began.`,
    data: {
      files: count,
      replaced,
      beside,
      ending,
      addresses: from.map(({ ip }) => ip),
      email: user?.email ?? null,
      to,
    },
    ...{ began, last, userId: spaceId },
    actions: [...accountActions(spaceId), { kind: "rewind", userId: spaceId, to }],
  };
}

/** The ending that more than half of the names have. */
function commonEnding(names: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const name of names) {
    const ending = /\.([^.]{1,20})$/.exec(name)?.[1];
    if (ending) counts.set(ending, (counts.get(ending) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most && most[1] * 2 > names.length ? most[0] : null;
}
