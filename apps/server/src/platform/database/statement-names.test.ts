import { expect, test } from "vitest";
import { statementNames } from "./statement-names.ts";

test("every statement has a name of its own that says where it is", async () => {
  const names = await statementNames();
  expect(names.size).toBeGreaterThan(300);
  // The bound that docs/design/metrics.md states.
  expect(names.size).toBeLessThan(1_000);
  expect([...names.values()]).toContain("files/copy.copyTree");
  for (const name of names.values()) expect(name).toMatch(/^(transaction\.\w+|[a-z-]+\/[a-z-]+\.\w+)$/);
});
