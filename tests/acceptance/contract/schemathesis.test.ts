import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { operations } from "../../../packages/contract/src/index.ts";
import { installSchemathesis, runSchemathesis } from "../../support/contract/schemathesis.ts";
import { registerPerson, signIn } from "../../support/person.ts";
import { type Product, startProduct } from "../../support/product.ts";

const seconds = Number(process.env.HOLDFAST_SCHEMATHESIS_SECONDS ?? 18);
const seed = Number(process.env.HOLDFAST_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What would end the run. */
const excluded: Record<string, string> = {
  logout: "ends the session that the run is signed in with",
  revokeSession: "can end that session",
  changePassword: "ends every other session where it succeeds",
  deleteMe: "deletes the account where it succeeds",
  streamEvents: "its answer has no end",
};

/** What would end the run of an administrator, or reach beyond it. A user is refused. */
const excludedForAdmins: Record<string, string> = {
  adminUpdateUser: "can take the administrator's role or password, once the run has made a second one",
  adminDeleteUser: "can delete the administrator, once the run has made a second one",
  adminUpdateSettings: "can ask the administrator for a second factor, and everything else is refused from then on",
  adminSetMaintenance: "makes everything read-only, and everything that changes something is refused from then on",
  createBackupTarget: "makes folders anywhere on this machine",
};

/**
 * A valid request may be refused all the same (a cursor of another listing, a date that is past, a name that is taken), so acceptance is
 * no check. An answer that the document does not describe is, and so is what it forbids and is accepted.
 */
const checks = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "unsupported_method",
  "allow_header_conformance",
];

let product: Product;
let program: string;
beforeAll(async () => {
  program = installSchemathesis();
  product = await startProduct({
    env: {
      HOLDFAST_ADMIN_EMAIL: "admin@example.org",
      HOLDFAST_ADMIN_PASSWORD: "correct horse battery",
      HOLDFAST_AUTH_RATE_LIMIT: "0",
      LOG_LEVEL: "error",
      SIGNUP: "open",
    },
  });
}, 300_000);
afterAll(() => product?.stop());

test.each([
  ["a user", () => registerPerson(product.url), excluded],
  ["an administrator", () => signIn(product.url, "admin@example.org"), { ...excluded, ...excludedForAdmins }],
] as const)(
  "every operation answers as openapi.json says, whatever %s asks",
  async (_, person, without) => {
    const known = new Set(operations.map(({ id }) => id));
    const skipped = Object.keys(without);
    expect(skipped.filter((id) => !known.has(id as never))).toEqual([]);
    const { token } = await person();
    const { code, text } = await runSchemathesis(program, [
      ...["--config-file", join(import.meta.dirname, "schemathesis.toml")],
      ...["run", `${product.url}/openapi.json`, "--header", `Authorization: Bearer ${token}`],
      ...skipped.flatMap((id) => ["--exclude-operation-id", id]),
      ...["--checks", checks.join(","), "--phases", "examples,coverage,fuzzing", "--max-time", String(seconds)],
      // One thread: Python 3.11 cannot parse in two at a time (SystemError: AST constructor recursion depth mismatch).
      ...["--workers", "1", "--seed", String(seed), "--request-timeout", "30", "--continue-on-failure"],
      ...["--warnings", "off", "--no-color", "--generation-database", "none"],
    ]);
    expect(text).toContain(`${operations.length - skipped.length} selected / ${operations.length} total`);
    expect(product.output()).not.toContain('"level":"error"');
    expect(code, `seed ${seed}\n${text.replaceAll(token, "TOKEN")}`).toBe(0);
  },
  600_000,
);
