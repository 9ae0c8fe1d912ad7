import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { stopWith } from "./common.mjs";

/** Programs that tests hold Holdfast against, by the name of Debian's package. */
const PROGRAMS = { chromium: "chromium", restic: "restic", nginx: "nginx", strace: "strace" };

/** Installs what is missing where that is possible without asking (Debian, as root); otherwise says what to do. */
export function ensureSystemPrograms() {
  const missing = Object.keys(PROGRAMS).filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const packages = missing.map((name) => PROGRAMS[name]);
  if (process.getuid?.() !== 0 || !isInstalled("apt-get")) {
    stopWith(
      `The tests need ${missing.join(", ")}: install them (on Debian: sudo apt-get install ${packages.join(" ")}), then run the tests again.`,
    );
  }
  console.log(`Installing ${packages.join(", ")} for the tests …`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = (...args) => spawnSync("apt-get", args, { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0;
  if (!apt("update") || !apt("install", "-y", "--no-install-recommends", ...packages)) {
    stopWith(`Installing ${packages.join(", ")} with apt-get failed: see above.`);
  }
}

function isInstalled(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.some((folder) => folder !== "" && existsSync(join(folder, name)));
}
