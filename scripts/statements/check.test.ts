import { join } from "node:path";
import { expect, it } from "vitest";
import { checkStatements } from "./check.ts";

it("finds what PostgreSQL refuses, and what it describes otherwise than the code declares", async () => {
  const file = "scripts/statements/testing/wrong.queries.ts";
  const { findings } = await checkStatements(join(import.meta.dirname, "../.."), [file]);
  const found = findings.map((finding) => finding.replace(`${file}: `, "")).sort();
  expect(found).toEqual([
    'columnForgotten: ["not in Row:", "name"]',
    'columnThatIsGone: column "idd" does not exist',
    'columnTooMany: ["not a column:", "named"]',
    'nullForgotten: ["content_id", "may be null"]',
    'typeOfColumn: ["id", "is", string]',
    'typeOfValue: ["value", "0", "takes", string]',
    'valueForgotten: ["takes", 1, "values"]',
    'variantThatFails ("down"): syntax error at or near "down"',
  ]);
});
