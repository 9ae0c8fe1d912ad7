import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

test("a form that is sent before its page is ready puts nothing into the address", () => {
  const web = join(import.meta.dirname, "../../apps/web");
  const files = globSync("{app,components,features}/**/*.tsx", { cwd: web });
  const forms = files.flatMap((file) =>
    [...readFileSync(join(web, file), "utf8").matchAll(/<form\b[^>]*/g)].map(([tag]) => ({ file, tag })),
  );
  expect(forms.length).toBeGreaterThan(20);
  expect(forms.filter(({ tag }) => !tag.includes('method="post"'))).toEqual([]);
});
