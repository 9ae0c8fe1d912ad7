import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { unansweredRequirements } from "./requirements.ts";

const path = "docs/security.md";
const text = readFileSync(join(import.meta.dirname, "../..", path), "utf8");
const findings = (changed: string) => unansweredRequirements({ path, text: changed });

test("every requirement is answered once, with a test or a reason", () => {
  expect(findings(text)).toEqual([]);
  expect(findings(text.replace(/^\| 8\.2\.2 .*\n/m, ""))).toEqual([`${path}: has no answer to 8.2.2`]);
  expect(findings(text.replace("| 8.2.2 |", "| 8.2.1 |"))).toEqual([
    `${path}: has no answer to 8.2.2`,
    `${path}: has 8.2.1 unasked or twice`,
  ]);
  expect(findings(text.replace(/^(\| 9\.1\.1 \| yes \| `jose` \|).*$/m, "$1 |"))).toEqual([
    `${path}: says yes to 9.1.1 with neither a test nor a reason`,
  ]);
  expect(findings(text.replace("| 9.1.1 | yes |", "| 9.1.1 | surely |"))).toHaveLength(2);
});
