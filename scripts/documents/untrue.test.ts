import { expect, test } from "vitest";
import { untrueDocuments } from "./untrue.ts";

const files = ["README.md", "docs/operate/run.md", "apps/server/src/api.ts", "apps/server/src/platform/http/app.ts"];
const found = (path: string, text: string) => untrueDocuments([{ path, text }], files);

test("links and paths that lead somewhere are true, from wherever they are meant", () => {
  const text =
    "[run](docs/operate/run.md#logs), [site](https://example.org), `platform/http/app.ts`, `api.ts`, `docs/operate/`, `.ts`";
  expect(found("README.md", text)).toEqual([]);
  expect(found("docs/operate/run.md", "[start](../../README.md)")).toEqual([]);
});

test("those that lead nowhere are found", () => {
  expect(
    found("docs/operate/run.md", "[start](README.md) `files.service.ts` `platform/app.ts` `docs/nowhere`"),
  ).toEqual([
    "docs/operate/run.md: links to README.md, which does not exist",
    "docs/operate/run.md: names files.service.ts, which does not exist",
    "docs/operate/run.md: names platform/app.ts, which does not exist",
    "docs/operate/run.md: names docs/nowhere, which does not exist",
  ]);
});

test("a decision has its number and its four paragraphs", () => {
  const body = "**Decision.** a\n\n**Why.** b\n\n**Alternatives.** c\n\n**Cost.** d\n";
  expect(found("docs/decisions/0003-a.md", `# 0003. A\n\n${body}`)).toEqual([]);
  expect(found("docs/decisions/0003-a.md", `# A\n\n**Decision.** a\n\n**Why.** b\n`)).toEqual([
    'docs/decisions/0003-a.md: begins with "# 0003. Title"',
    "docs/decisions/0003-a.md: has the paragraphs Decision, Why, Alternatives, Cost, in this order",
  ]);
});
