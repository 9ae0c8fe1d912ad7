// Builds what `npm start` would build on demand, for an image or a machine where the code must not change later.
import "./lib/needs-node.cjs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { repository } from "./lib/common.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { findNode } from "./lib/node.mjs";
import { ensureWebBuilt } from "./lib/web-build.mjs";

process.chdir(repository);
ensureInstalled();
const node = findNode();
ensureWebBuilt(node);
const { status } = spawnSync(node, [join(repository, "scripts/prepare-postgres.ts")], { stdio: "inherit" });
process.exit(status ?? 1);
