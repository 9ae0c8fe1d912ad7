import { expect, test } from "vitest";
import { type Promises, type Source, unkeptPromises } from "./unkept.ts";

const promises: Promises = {
  settings: ["PORT", "SMTP_URL"],
  secrets: ["SMTP_URL"],
  accessClasses: ["public", "signed-in"],
  errorCodes: ["not_found"],
  used: ["public", "signed-in"],
};
const config = (text: string): Source => ({ path: "apps/server/src/config.ts", text });
const arranged = config(`
export interface Config {
  readonly port: number;
  readonly smtpUrl: string | null;
}
function arrange(set) { return { port: set.PORT, smtpUrl: set.SMTP_URL }; }`);
const main: Source = {
  path: "apps/server/src/main.ts",
  text: `const { smtpUrl } = config; listen(config.port); throw new ProblemError("not_found", "");`,
};

test("what is read, used and thrown is kept", () => {
  const documents = [{ path: "README.md", text: "Set `SMTP_URL`, or `SMTP_URL_FILE`, or `SMTP_*`." }];
  expect(unkeptPromises(promises, [arranged, main], documents)).toEqual([]);
});

test("a setting that nobody reads is found, whether config.ts knows it or not", () => {
  const more = { ...promises, settings: [...promises.settings, "METRICS_TOKEN"] };
  expect(unkeptPromises(more, [arranged, main], [])).toEqual(["METRICS_TOKEN: a setting that config.ts does not read"]);
  const unread = config(`${arranged.text}\nexport interface More { readonly metricsToken: string }`);
  const read: Source = { path: "apps/server/src/a.test.ts", text: "config.metricsToken" };
  expect(unkeptPromises(promises, [unread, main, read], [])).toEqual([
    "config.metricsToken: a setting that nothing outside config.ts reads",
  ]);
});

test("an access class of no operation is found", () => {
  expect(unkeptPromises({ ...promises, used: ["public"] }, [arranged, main], [])).toEqual([
    'access "signed-in": no operation has it',
  ]);
});

test("an error code is found that is only compared with, or only thrown by a test", () => {
  const compared: Source = {
    path: main.path,
    text: main.text.replace('ProblemError("not_found"', 'Error(code === "not_found"'),
  };
  const thrown: Source = { path: "apps/server/src/b.test.ts", text: main.text };
  expect(unkeptPromises(promises, [arranged, compared, thrown], [])).toEqual([
    'error code "not_found": nothing answers with it',
  ]);
});

test("a document that speaks of a setting which does not exist is found", () => {
  const documents = [
    { path: "docs/run.md", text: "`HOLDFAST_SPEED` and `HOLDFAST_SEED`, `AWS_REGION`, `SMTP_HOST_*`" },
  ];
  const seed: Source = { path: "tests/seed.ts", text: "process.env.HOLDFAST_SEED" };
  expect(unkeptPromises(promises, [arranged, main, seed], documents)).toEqual([
    "docs/run.md: speaks of HOLDFAST_SPEED, which is no setting",
    "docs/run.md: speaks of SMTP_HOST_, which is no setting",
  ]);
});
