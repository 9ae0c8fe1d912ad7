import { z } from "zod";

/** What the reference says about a setting besides its description. */
export interface SettingMeta {
  readonly group: string;
  readonly description: string;
  /** Shown where a value is asked for. */
  readonly values: string;
  /** Shown when nothing is set; absent when the setting is simply off. */
  readonly fallback?: string;
  /** Never shown, and `<NAME>_FILE` may name a file that holds it. */
  readonly secret?: true;
}

const whole = (from: number, to: number) =>
  z
    .string()
    .refine((text) => /^\d+$/.test(text) && Number(text) >= from && Number(text) <= to, {
      error: `must be a whole number from ${from} to ${to}`,
    })
    .transform(Number);

const choice = <const Name extends string>(names: readonly Name[]) =>
  z.enum(names, { error: `must be one of ${names.join(", ")}` });

/** Many who use Supabase look for a driver of that name. */
const storageDriver = z.enum(["local", "s3"], {
  error:
    "must be local or s3 (Supabase Storage speaks S3: set s3, S3_ENDPOINT to SUPABASE_URL + /storage/v1/s3, and the S3 keys of its settings)",
});

const YES = ["true", "on", "yes", "1"];
const NO = ["false", "off", "no", "0"];
const flag = z
  .string()
  .refine((text) => [...YES, ...NO].includes(text.toLowerCase()), { error: "must be on or off" })
  .transform((text) => YES.includes(text.toLowerCase()));

const webUrl = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
    error: "must be an address that begins with http:// or https://",
  })
  .transform((text) => text.replace(/\/+$/, ""));

const origin = webUrl.refine((text) => new URL(text).pathname === "/" && !new URL(text).search, {
  error: "must be an address without a path, such as https://files.example.org",
});

const urlOf = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must begin with ${protocols.map((name) => `${name}//`).join(" or ")}`,
  });

const UNITS = { "": 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const bytes = z
  .string()
  .refine((text) => /^\d{1,15}\s*([kmgt]i?b?)?$/i.test(text), { error: "must be a size, such as 500M or 20G" })
  .transform((text) => {
    const unit = text
      .replace(/[\d\s]/g, "")
      .charAt(0)
      .toLowerCase() as keyof typeof UNITS;
    return Number.parseInt(text, 10) * UNITS[unit];
  });

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 };
/** Seconds; 0: always, null: never. */
const verifyEvery = z
  .string()
  .refine((text) => /^(always|off|\d{1,6}[smhd])$/i.test(text), {
    error: "must be always, off, or a time such as 24h (s, m, h, d)",
  })
  .transform((text): number | null => {
    if (/^off$/i.test(text)) return null;
    if (/^always$/i.test(text)) return 0;
    return Number.parseInt(text, 10) * SECONDS[text.slice(-1).toLowerCase() as keyof typeof SECONDS];
  });

const email = z.email({ error: "must be an email address" });

const sender = z.string().refine((text) => /^(?:[^<>\r\n]*<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/.test(text), {
  error: "must be an email address, or a name with one: Holdfast <files@example.org>",
});

const proxies = z
  .string()
  .refine((text) => /^(on|off|true|false|\d{1,2})$/i.test(text) || /^[\da-f.:/, ]+$/i.test(text), {
    error: "must be off, on, a number of proxies, or a comma-separated list of addresses",
  })
  .transform((text): boolean | number | string[] => {
    if (/^(on|true)$/i.test(text)) return true;
    if (/^(off|false)$/i.test(text)) return false;
    if (/^\d+$/.test(text)) return Number(text);
    return text.split(",").map((part) => part.trim());
  });

const jwtKeys = z.string().refine(isKeySet, { error: "must be a JSON Web Key Set with at least one private key" });

function isKeySet(text: string): boolean {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) && keys.some((key: unknown) => typeof key === "object" && key !== null && "d" in key);
  } catch {
    return false;
  }
}

/** A setting that may be left out. Its description lies in zod's registry, from where the reference is written. */
const setting = <Schema extends z.ZodType>(schema: Schema, meta: SettingMeta) =>
  schema.optional().meta({ ...meta } as Record<string, unknown>);

const server = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "Server", ...meta });
const people = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "People and mail", ...meta });
const storage = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "Storage", ...meta });
const supabase = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "Supabase", ...meta });
const auth = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "Embedded sign-in service", ...meta });

/** Every setting of Holdfast, by the name of its environment variable. Whoever reads one gets it from `config.ts`. */
// biome-ignore format: a table reads best one setting a line
export const settings = z.object({
  PORT: setting(whole(0, 65535), server({ values: "port", fallback: "3000", description: "The one port that everything is served on. 0 takes any free port." })),
  HOST: setting(z.string(), server({ values: "address", fallback: "every address of the machine", description: "The address to listen on; 127.0.0.1 where a proxy on the same machine is in front." })),
  PUBLIC_URL: setting(origin, server({ values: "address", description: "The address people use, such as `https://files.example.org`. Links and mails carry it; without it, the address of the request." })),
  HOLDFAST_DATA: setting(z.string(), server({ values: "folder", fallback: "./data", description: "Where everything is kept: database, files, backups, keys." })),
  HOLDFAST_ROLE: setting(choice(["all", "api", "worker", "web"]), server({ values: "`all`, `api`, `worker`, `web`", fallback: "all", description: "What this process does. One machine wants `all`; in a larger installation each role runs alone, as many as wanted." })),
  HOLDFAST_WEB: setting(flag, server({ values: "on, off", fallback: "on", description: "Whether role `all` serves the web pages too. Off leaves the API." })),
  HOLDFAST_WEB_URL: setting(origin, server({ values: "address", description: "Role `api`: where a process of role `web` answers." })),
  HOLDFAST_API_URL: setting(origin, server({ values: "address", description: "Role `web`: where a process of role `api` answers." })),
  DATABASE_URL: setting(urlOf(["postgres:", "postgresql:"]), server({ values: "connection string", fallback: "the embedded PostgreSQL", secret: true, description: "A PostgreSQL (15 to 18) of your own." })),
  HOLDFAST_DATABASE_CONNECTIONS: setting(whole(4, 500), server({ values: "number", fallback: "20", description: "The most connections to PostgreSQL that one process opens." })),
  HOLDFAST_STATEMENT_TIMEOUT: setting(whole(1, 3600), server({ values: "seconds", fallback: "30", description: "How long PostgreSQL may work at one statement of a request; longer ones are stopped (503). Jobs and backups have no such limit." })),
  TRUST_PROXY: setting(proxies, server({ values: "off, on, number, addresses", fallback: "off", description: "Which proxies may say who the client is (`X-Forwarded-*`). Set it only where a proxy is in front." })),
  TLS_CERT_FILE: setting(z.string(), server({ values: "file", description: "Certificate chain (PEM). With `TLS_KEY_FILE`, Holdfast speaks HTTPS itself; a renewed file is taken up without a restart." })),
  TLS_KEY_FILE: setting(z.string(), server({ values: "file", description: "Private key (PEM) of the certificate." })),
  CDN_URL: setting(webUrl, server({ values: "address", description: "Where a content delivery network serves the static files of the pages." })),
  LOG_LEVEL: setting(choice(["fatal", "error", "warn", "info", "debug", "trace"]), server({ values: "`fatal` … `trace`", fallback: "info", description: "How much is logged." })),
  HOLDFAST_DEFAULT_QUOTA: setting(bytes, server({ values: "size", description: "What a new account may store, until an admin says otherwise; unlimited without it." })),
  HOLDFAST_MAX_FILE_SIZE: setting(bytes, server({ values: "size", description: "The largest file that may be uploaded; unlimited without it." })),
  HOLDFAST_MAX_ENTRIES_PER_SPACE: setting(whole(100, 1_000_000_000), server({ values: "number", fallback: "5000000", description: "The most files and folders of one account, its trash included: folders and copies take no quota, but rows of the database." })),
  HOLDFAST_MAX_FOLDERS_PER_SPACE: setting(whole(100, 1_000_000_000), server({ values: "number", fallback: "1000000", description: "The most folders of one account, its trash included: a backup holds them in memory, about a kilobyte each." })),
  HOLDFAST_MIN_FREE_SPACE: setting(bytes, server({ values: "size", fallback: "500M, at most a twentieth of the disk", description: "What stays free on the disks of the data folder for the database and for clean-up, besides the reserve: with less, uploads, copies and backups are refused (507) and `/readyz` says so; downloads and deleting work." })),
  SIGNUP: setting(choice(["closed", "invite", "open"]), people({ values: "`closed`, `invite`, `open`", fallback: "closed", description: "Who may make an account. An admin can change it later in the settings." })),
  HOLDFAST_ADMIN_EMAIL: setting(email, people({ values: "email address", description: "Makes the first admin at the first start, instead of the set-up page." })),
  HOLDFAST_ADMIN_PASSWORD: setting(z.string().min(8, { error: "must have at least 8 characters" }), people({ values: "text", secret: true, description: "The first admin's password." })),
  SMTP_URL: setting(urlOf(["smtp:", "smtps:"]), people({ values: "`smtp://user:password@host:587`", secret: true, description: "The mail server. Without one no mail is sent, and new accounts need no confirmation." })),
  MAIL_FROM: setting(sender, people({ values: "email address", fallback: "holdfast@ the host of `PUBLIC_URL`", description: "The sender of mails." })),
  STORAGE_DRIVER: setting(storageDriver, storage({ values: "`local`, `s3`", fallback: "local", description: "Where the bytes of files go: the data folder, or any S3 service (Supabase Storage is one, at `SUPABASE_URL` + /storage/v1/s3)." })),
  S3_ENDPOINT: setting(webUrl, storage({ values: "address", fallback: "Amazon's of the region", description: "Address of the S3 service." })),
  S3_REGION: setting(z.string(), storage({ values: "name", fallback: "us-east-1", description: "Region of the bucket." })),
  S3_BUCKET: setting(z.string(), storage({ values: "name", description: "Name of the bucket." })),
  S3_ACCESS_KEY_ID: setting(z.string(), storage({ values: "text", secret: true, description: "Access key." })),
  S3_SECRET_ACCESS_KEY: setting(z.string(), storage({ values: "text", secret: true, description: "Secret of the access key." })),
  S3_PATH_STYLE: setting(flag, storage({ values: "on, off", fallback: "on with `S3_ENDPOINT`", description: "Whether the bucket is named in the path rather than in the host name." })),
  HOLDFAST_VERIFY_READS: setting(verifyEvery, storage({ values: "`always`, a time, `off`", fallback: "24h", description: "When stored bytes are compared with their hash before they are sent: each time, or where this process has not done so for that long or they were written since. Off sends what the disk says." })),
  SUPABASE_URL: setting(webUrl, supabase({ values: "address", description: "Address of a Supabase project, which then signs people in. Set `DATABASE_URL` to its PostgreSQL as well." })),
  SUPABASE_AUTH_URL: setting(webUrl, supabase({ values: "address", fallback: "`SUPABASE_URL` + /auth/v1", description: "Its Auth service, where reached directly." })),
  SUPABASE_ANON_KEY: setting(z.string(), supabase({ values: "text", secret: true, description: "The project's anon (publishable) key." })),
  SUPABASE_SERVICE_ROLE_KEY: setting(z.string(), supabase({ values: "text", secret: true, description: "The project's service role (secret) key." })),
  SUPABASE_JWT_SECRET: setting(z.string().min(32, { error: "must have at least 32 characters" }), supabase({ values: "text", secret: true, description: "The secret that signs its access tokens, where it signs with HS256; keys of its JWKS are found without it." })),
  HOLDFAST_AUTH_AUTOCONFIRM: setting(flag, auth({ values: "on, off", fallback: "on without `SMTP_URL`", description: "Whether new email addresses count as confirmed at once." })),
  HOLDFAST_AUTH_ANONYMOUS: setting(flag, auth({ values: "on, off", fallback: "off", description: "Whether anonymous sign-in is offered." })),
  HOLDFAST_AUTH_PASSWORD_MIN_LENGTH: setting(whole(6, 72), auth({ values: "number", fallback: "8", description: "The shortest password that is taken." })),
  HOLDFAST_AUTH_REUSE_INTERVAL: setting(whole(0, 3600), auth({ values: "seconds", fallback: "10", description: "How long a refresh token that has been used answers with its successor, so that two tabs do not sign each other out." })),
  HOLDFAST_AUTH_JWT_KEYS: setting(jwtKeys, auth({ values: "JSON Web Key Set", secret: true, fallback: "made at first start, in `keys/`", description: "The private keys that sign access tokens; the first signs, all verify." })),
  HOLDFAST_AUTH_OIDC_ISSUER: setting(webUrl, auth({ values: "address", description: "A service that people may sign in with as well: Authentik, Keycloak, Google, whatever speaks OpenID Connect. Its redirect address is `PUBLIC_URL` + /auth/v1/callback." })),
  HOLDFAST_AUTH_OIDC_CLIENT_ID: setting(z.string(), auth({ values: "text", description: "The client id that it knows Holdfast by." })),
  HOLDFAST_AUTH_OIDC_CLIENT_SECRET: setting(z.string(), auth({ values: "text", secret: true, description: "The secret of that client." })),
  HOLDFAST_AUTH_OIDC_NAME: setting(z.string(), auth({ values: "text", fallback: "the host of the issuer", description: "What the sign-in page calls it." })),
  HOLDFAST_AUTH_OIDC_TRUST_EMAIL: setting(flag, auth({ values: "on, off", fallback: "off", description: "Whether its email addresses are believed where it does not say that they were verified." })),
  HOLDFAST_AUTH_RATE_LIMIT: setting(whole(0, 1_000_000), auth({ values: "number", fallback: "30", description: "Attempts at a secret (sign-in, sign-up, recovery, link password) per address in five minutes. 0 turns the limit off." })),
});

export type Settings = z.output<typeof settings>;
