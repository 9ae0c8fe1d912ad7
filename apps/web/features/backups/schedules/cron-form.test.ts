import { describe, expect, it } from "vitest";
import { cronOf, formOf, freshForm } from "./cron-form.ts";

describe("a schedule as people set it", () => {
  it.each([
    ["0 * * * *", { repeat: "hourly" }],
    ["5 3 * * *", { repeat: "daily", time: "03:05" }],
    ["30 22 * * 5", { repeat: "weekly", time: "22:30", weekday: 5 }],
    ["0 4 28 * *", { repeat: "monthly", time: "04:00", day: 28 }],
  ])("%s is a form, and the form gives it back", (cron, form) => {
    expect(formOf(cron)).toMatchObject(form);
    expect(cronOf(formOf(cron))).toBe(cron);
  });

  it.each(["*/15 * * * *", "0 3 31 * *", "0 3 1 * 1", "15 * * * *", "0 3 * 2 *", "0 3 * * 1-5"])(
    "%s has no fields in the form, and stays as it is",
    (cron) => {
      expect(formOf(cron).repeat).toBe("custom");
      expect(cronOf(formOf(cron))).toBe(cron);
    },
  );

  it("takes Sunday by either of its numbers", () => {
    expect(formOf("0 3 * * 7")).toMatchObject({ repeat: "weekly", weekday: 0 });
  });

  it("begins with every night", () => {
    expect(cronOf(freshForm)).toBe("0 3 * * *");
  });
});
