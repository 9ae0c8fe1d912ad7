import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { stopWith } from "./common.mjs";

/** Programs that tests hold Holdfast against, with Debian's package of each and how to see that it is there. */
const PROGRAMS = [
  ...[
    ...["chromium", "restic", "nginx", "caddy", "haproxy", "logrotate", "strace", "prometheus", "python3", "rclone"],
  ].map((name) => ({
    name,
    package: name,
    isThere: () => isInstalled(name),
  })),
  // The programs alone, without the services that other packages of theirs set up.
  { name: "apache2", package: "apache2-bin", isThere: () => isInstalled("apache2") },
  { name: "fail2ban-regex", package: "fail2ban", isThere: () => isInstalled("fail2ban-regex") },
  { name: "systemd-analyze", package: "systemd", isThere: () => isInstalled("systemd-analyze") },
  // Tests install a program from PyPI into a folder of their own. Debian keeps what makes such a folder in a package by itself.
  {
    name: "python3-venv",
    package: "python3-venv",
    isThere: () => spawnSync("python3", ["-c", "import ensurepip, venv"], { stdio: "ignore" }).status === 0,
  },
];

/** Installs what is missing where that is possible without asking (Debian, as root); otherwise says what to do. */
export function ensureSystemPrograms() {
  const absent = PROGRAMS.filter(({ isThere }) => !isThere());
  if (absent.length === 0) return;
  const missing = absent.map(({ name }) => name);
  const packages = absent.map((program) => program.package);
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
