import { expect, test } from "vitest";
import { createAtOnce } from "./at-once.ts";

const gate = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
};

test("so many at once, in their order, and others do not wait for them", async () => {
  const atOnce = createAtOnce({ what: "searches", most: 2 });
  const gates = Array.from({ length: 4 }, gate);
  const begun: number[] = [];
  const all = gates.map(({ passed }, i) =>
    atOnce("ann", async () => {
      begun.push(i);
      await passed;
      return i;
    }),
  );
  await atOnce("bob", async () => {});
  expect(begun).toEqual([0, 1]);
  gates[1]?.open();
  expect(await all[1]).toBe(1);
  await Promise.resolve();
  expect(begun).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  expect(await Promise.all(all)).toEqual([0, 1, 2, 3]);
  expect(await atOnce("ann", async () => "again")).toBe("again");
});

test("who waits too long, or comes when too many wait, is refused; what fails makes room", async () => {
  const atOnce = createAtOnce({ what: "searches", most: 1, waiting: 1, patienceMs: 20 });
  const { open, passed } = gate();
  const first = atOnce("ann", () => passed);
  const second = atOnce("ann", async () => {});
  const third = atOnce("ann", async () => {});
  const refusal = { code: "too_many_at_once", status: 429, headers: { "retry-after": "2" } };
  await expect(third).rejects.toMatchObject(refusal);
  await expect(second).rejects.toMatchObject(refusal);
  open();
  await first;
  await expect(
    atOnce("ann", async () => {
      throw new Error("failed");
    }),
  ).rejects.toThrow("failed");
  expect(await atOnce("ann", async () => 1)).toBe(1);
});
