export type Repeat = "hourly" | "daily" | "weekly" | "monthly" | "custom";

/** A schedule as people set it. `cron` counts for `custom` alone, the other fields for the repeats that have them. */
export type CronForm = {
  repeat: Repeat;
  /** "HH:MM" */
  time: string;
  /** 0 is Sunday, as in cron. */
  weekday: number;
  /** 1 to 28, so that every month has it. */
  day: number;
  cron: string;
};

export const freshForm: CronForm = { repeat: "daily", time: "03:00", weekday: 1, day: 1, cron: "0 3 * * *" };

/** Five fields: minute hour day month weekday. */
export function cronOf(form: CronForm): string {
  const [hour = 0, minute = 0] = form.time.split(":").map(Number);
  if (form.repeat === "hourly") return "0 * * * *";
  if (form.repeat === "daily") return `${minute} ${hour} * * *`;
  if (form.repeat === "weekly") return `${minute} ${hour} * * ${form.weekday}`;
  if (form.repeat === "monthly") return `${minute} ${hour} ${form.day} * *`;
  return form.cron.trim();
}

/** The form that gives an expression; `custom` for what the form has no fields for. */
export function formOf(cron: string): CronForm {
  const custom: CronForm = { ...freshForm, repeat: "custom", cron };
  const match = /^(\d{1,2}) (\d{1,2}|\*) (\d{1,2}|\*) \* ([0-7]|\*)$/.exec(cron);
  if (!match) return custom;
  const [, minute = "", hour = "", day = "", weekday = ""] = match;
  if (hour === "*") return cron === "0 * * * *" ? { ...custom, repeat: "hourly" } : custom;
  const form = { ...custom, time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
  if (day === "*") {
    return weekday === "*" ? { ...form, repeat: "daily" } : { ...form, repeat: "weekly", weekday: Number(weekday) % 7 };
  }
  if (weekday !== "*" || Number(day) > 28) return custom;
  return { ...form, repeat: "monthly", day: Number(day) };
}
