import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareBinaries } from "../packages/postgres/src/index.ts";

/** Makes the bundled PostgreSQL runnable in place, as its first start would: afterwards the code may be read-only. */
const { env } = await prepareBinaries(join(tmpdir(), "holdfast-postgres-lib"));
if (Object.keys(env).length > 0) throw new Error("the package folder of PostgreSQL cannot be written");
console.log("PostgreSQL is ready to run.");
