import { CronExpressionParser } from "cron-parser";
import cronstrue from "cronstrue";
import { ProblemError } from "../../../platform/http/problem.ts";

const presets = {
  hourly: "0 * * * *",
  daily: "0 3 * * *",
  weekly: "0 3 * * 0",
  monthly: "0 3 1 * *",
} as const;

export interface When {
  cron?: string | undefined;
  preset?: keyof typeof presets | undefined;
  timeZone?: string | undefined;
}

export interface JudgedWhen {
  cron: string;
  timeZone: string;
}

const RUNS_SHOWN = 5;

/** A schedule as it will be kept. Throws invalid_schedule. */
export function judgeWhen(when: When, now: JudgedWhen | null): JudgedWhen {
  const cron = (when.cron ?? (when.preset ? presets[when.preset] : now?.cron))?.trim().replace(/\s+/g, " ");
  const timeZone = when.timeZone ?? now?.timeZone ?? "UTC";
  if (cron === undefined) throw invalid('Say when: a preset ("daily") or a cron expression ("0 3 * * *").');
  if (when.cron !== undefined && when.preset !== undefined) throw invalid("Give either a preset or a cron expression.");
  if (!isTimeZone(timeZone)) throw invalid(`"${timeZone}" is not a time zone. Use a name such as Europe/Berlin.`);
  if (cron.split(" ").length !== 5 || /[?#LW]/i.test(cron.replace(/[a-z]{3}/gi, ""))) {
    throw invalid("A cron expression has five fields: minute, hour, day of the month, month, day of the week.");
  }
  try {
    if (nextRun({ cron, timeZone }, new Date()) === null) throw invalid("This schedule would never run.");
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    throw invalid(`"${cron}" is not a cron expression: ${(error as Error).message}.`);
  }
  return { cron, timeZone };
}

/** The first run after an instant; null where there is none. */
export function nextRun(when: JudgedWhen, after: Date): Date | null {
  return nextRuns(when, after, 1)[0] ?? null;
}

export function nextRuns({ cron, timeZone }: JudgedWhen, after: Date, count = RUNS_SHOWN): Date[] {
  const expression = CronExpressionParser.parse(cron, { currentDate: after, tz: timeZone });
  const runs: Date[] = [];
  while (runs.length < count && expression.hasNext()) runs.push(expression.next().toDate());
  return runs;
}

/** The schedule in words: "At 03:00". */
export function describeCron(cron: string): string {
  return cronstrue.toString(cron, { use24HourTimeFormat: true, verbose: true });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function invalid(detail: string): ProblemError {
  return new ProblemError("invalid_schedule", detail);
}
