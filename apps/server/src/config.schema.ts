import { explainKeySet } from "@holdfast/identity";
import { z } from "zod";
import { readProviders } from "./config.providers.ts";

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
  /** Names of other programs under which it is read as well, where ours is not set. */
  readonly aliases?: readonly string[];
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

const share = z
  .string()
  .refine((text) => /^(0?\.\d+|[01](\.0+)?)$/.test(text), { error: "must be a number from 0 to 1, such as 0.1" })
  .transform(Number);

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

/** Null: none. */
const bytesOrOff = z
  .string()
  .refine((text) => /^off$/i.test(text) || bytes.safeParse(text).success, {
    error: "must be off, or a size such as 100M",
  })
  .transform((text): number | null => (/^off$/i.test(text) ? null : bytes.parse(text)));

/** Bytes, or times an account's own quota; null: no limit. */
const backupQuota = z
  .string()
  .refine((text) => /^(off|[1-9]\d{0,4}\s*%)$/i.test(text) || bytes.safeParse(text).success, {
    error: "must be off, a size such as 500G, or a share of the account's quota such as 300%",
  })
  .transform((text): { bytes: number } | { ofQuota: number } | null => {
    if (/^off$/i.test(text)) return null;
    return text.endsWith("%") ? { ofQuota: Number.parseInt(text, 10) / 100 } : { bytes: bytes.parse(text) };
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
    return secondsOf(text);
  });

/** Seconds; 0: never. */
const sessionTime = z
  .string()
  .refine((text) => /^off$/i.test(text) || (/^\d{1,5}[hd]$/i.test(text) && secondsOf(text) >= 2 * SECONDS.h), {
    error: "must be off, or a time of at least 2h, such as 30d (h, d)",
  })
  .transform((text) => (/^off$/i.test(text) ? 0 : secondsOf(text)));

function secondsOf(text: string): number {
  return Number.parseInt(text, 10) * SECONDS[text.slice(-1).toLowerCase() as keyof typeof SECONDS];
}
/** For how many seconds all versions are kept, one an hour, a day, a week, a month; and how many of a file at most. */
export interface VersionRules {
  readonly all: number;
  readonly hourly: number;
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
  readonly most: number | null;
}

const usualVersions = "all 7d, daily 90d, weekly 1y, monthly 10y, most 500";
const AGES = { h: 3600, d: 86_400, y: 366 * 86_400 };

function parseVersionRules(text: string): VersionRules {
  const rules = { all: 0, hourly: 0, daily: 0, weekly: 0, monthly: 0, most: null as number | null };
  for (const part of text.split(",")) {
    const [name = "", value = ""] = part.trim().toLowerCase().split(/\s+/);
    if (name === "most") rules.most = Number(value);
    else rules[name as "all"] = Number.parseInt(value, 10) * AGES[value.slice(-1) as keyof typeof AGES];
  }
  return rules;
}

export const usualVersionRules: VersionRules = parseVersionRules(usualVersions);

const versionRule = "(all|hourly|daily|weekly|monthly)\\s+\\d{1,4}[hdy]|most\\s+[1-9]\\d{0,5}";
/** Null: all versions are kept. */
const versionRules = z
  .string()
  .refine((text) => new RegExp(`^\\s*(off|(${versionRule})(\\s*,\\s*(${versionRule}))*)\\s*$`, "i").test(text), {
    error: `must be off, or rules such as "${usualVersions}" (h, d, y)`,
  })
  .transform((text): VersionRules | null => (/^\s*off\s*$/i.test(text) ? null : parseVersionRules(text)));

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

const jwtKeys = z.string().superRefine((text, context) => {
  const why = explainKeySet(text);
  if (why !== null) context.addIssue({ code: "custom", message: `cannot be used: ${why.replace(/\.$/, "")}` });
});

const providers = z.string().transform((text, context) => {
  const found = readProviders(text);
  if (typeof found !== "string") return found;
  context.addIssue({ code: "custom", message: found });
  return z.NEVER;
});

/** A number of seconds, also as Go writes a time: 1h, 90s, 1m30s. */
const seconds = (from: number, to: number) =>
  z
    .string()
    .transform((text) => {
      const [, h, m, s] = /^(?:(\d{1,6})h)?(?:(\d{1,8})m)?(?:(\d{1,9})s?)?$/.exec(text.toLowerCase()) ?? [];
      return h || m || s ? Number(h ?? 0) * 3600 + Number(m ?? 0) * 60 + Number(s ?? 0) : Number.NaN;
    })
    .refine((value) => value >= from && value <= to, {
      error: `must be a time from ${from} to ${to} seconds, such as 90 or 1m30s`,
    });

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean),
);

/** A setting that may be left out. Its description lies in zod's registry, from where the reference is written. */
const setting = <Schema extends z.ZodType>(schema: Schema, meta: SettingMeta) =>
  schema.optional().meta({ ...meta } as Record<string, unknown>);

const server = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "Server", ...meta });
const monitoring = (meta: Omit<SettingMeta, "group">): SettingMeta => ({ group: "Monitoring", ...meta });
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
  HOLDFAST_CLIENT_TIMEOUT: setting(whole(1, 86_400), server({ values: "seconds", fallback: "60", description: "How long an upload may stay silent before it is ended (408; a resumable one keeps what came). The headers of a request get a third of it, a JSON body half, and a download that is not read four times as long." })),
  HOLDFAST_MAX_CONNECTIONS: setting(whole(16, 100_000), server({ values: "number", fallback: "4096", description: "The most connections that are open at once. Without `TRUST_PROXY`, one address (an IPv6 /64) gets a quarter of them." })),
  TLS_CERT_FILE: setting(z.string(), server({ values: "file", description: "Certificate chain (PEM). With `TLS_KEY_FILE`, Holdfast speaks HTTPS itself; a renewed file is taken up without a restart." })),
  TLS_KEY_FILE: setting(z.string(), server({ values: "file", description: "Private key (PEM) of the certificate." })),
  CDN_URL: setting(webUrl, server({ values: "address", description: "Where a content delivery network serves the static files of the pages." })),
  LOG_LEVEL: setting(choice(["fatal", "error", "warn", "info", "debug", "trace"]), server({ values: "`fatal` … `trace`", fallback: "info", description: "How much is logged." })),
  HOLDFAST_LOG_ADDRESS: setting(flag, server({ values: "on, off", fallback: "on", description: "Whether the log line of a request has the client's address (`ip`). Programs that block attackers need it." })),
  HOLDFAST_LOG_ACCOUNT: setting(flag, server({ values: "on, off", fallback: "on", description: "Whether the log line of a request has the id of the account (`userId`)." })),
  HOLDFAST_LOG_FILES: setting(bytesOrOff, server({ values: "size, `off`", fallback: "100M", description: "Role `all`: how much of the log is also kept in `logs/` of the data folder. The oldest lines go." })),
  HOLDFAST_LOG_DAYS: setting(whole(1, 90), server({ values: "number", fallback: "14", description: "For how many days lines at level warn and above are kept in the database, where Admin → Logs finds them; at most 256 MB." })),
  METRICS_TOKEN: setting(z.string().min(16, { error: "must have at least 16 characters" }), monitoring({ values: "text", secret: true, description: "Who sends it as a bearer token may read `GET /metrics` (Prometheus). Without it only programs on the machine itself may." })),
  METRICS_PORT: setting(whole(1, 65535), monitoring({ values: "port", description: "With `HOLDFAST_ROLE=worker`: the port on which the worker serves `/metrics` (on `HOST`, to the same token). In role `all` the worker's metrics are those of the one port." })),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting(webUrl, monitoring({ values: "address", description: "An OpenTelemetry collector (OTLP over HTTP, JSON), such as `http://127.0.0.1:4318`, to which traces and the log are sent. The standard `OTEL_EXPORTER_OTLP_*` variables for headers, time-out, compression and single signals hold." })),
  OTEL_SERVICE_NAME: setting(z.string(), monitoring({ values: "text", fallback: "holdfast", description: "What the collector calls this service." })),
  OTEL_TRACES_SAMPLER_ARG: setting(share, monitoring({ values: "0 to 1", fallback: "1", description: "Share of the traces that are sent." })),
  HOLDFAST_DEFAULT_QUOTA: setting(bytes, server({ values: "size", description: "What a new account may store, until an admin says otherwise; unlimited without it." })),
  HOLDFAST_MAX_FILE_SIZE: setting(bytes, server({ values: "size", description: "The largest file that may be uploaded; unlimited without it." })),
  HOLDFAST_MAX_ENTRIES_PER_SPACE: setting(whole(100, 1_000_000_000), server({ values: "number", fallback: "5000000", description: "The most files and folders of one account, its trash included: folders and copies take no quota, but rows of the database." })),
  HOLDFAST_MAX_FOLDERS_PER_SPACE: setting(whole(100, 1_000_000_000), server({ values: "number", fallback: "1000000", description: "The most folders of one account, its trash included: a backup holds them in memory, about a kilobyte each." })),
  HOLDFAST_MIN_FREE_SPACE: setting(bytes, server({ values: "size", fallback: "500M, at most a twentieth of the disk", description: "What stays free on the disks of the data folder for the database and for clean-up, besides the reserve: with less, uploads, copies and backups are refused (507) and `/readyz` says so; downloads and deleting work." })),
  HOLDFAST_UPLOAD_MEMORY: setting(bytes, server({ values: "size", fallback: "an eighth of the memory, 256M to 1G", description: "The most memory that bodies of uploads take on their way to the store, of which one account or link gets a quarter; with more at once, uploads wait, then are refused (429 or 503)." })),
  HOLDFAST_BACKUP_QUOTA: setting(backupQuota, server({ values: "share, size, `off`", fallback: "300%", description: "What the backups of an account may hold, as a share of its own quota (an account without one has no limit) or as a size for each: with more, its backups are refused until some are deleted." })),
  HOLDFAST_KEEP_VERSIONS: setting(versionRules, server({ values: "rules, `off`", fallback: usualVersions, description: "Which earlier versions of a file are kept: all for a time, then the newest of each hour, day, week or month, and at most so many. Others are deleted each night. Off keeps all." })),
  HOLDFAST_LINK_MAX_FILES: setting(whole(1, 1_000_000_000), server({ values: "number", fallback: "1000", description: "How many files a link that takes files may be sent, where its owner sets nothing else." })),
  HOLDFAST_LINK_MAX_SIZE: setting(bytes, server({ values: "size", fallback: "20G", description: "How much such a link may be sent in all, where its owner sets nothing else. The owner's quota holds besides." })),
  HOLDFAST_LINK_MAX_FILE_SIZE: setting(bytes, server({ values: "size", fallback: "5G", description: "The largest file that such a link takes, where its owner sets nothing else." })),
  HOLDFAST_ALERT_INTERVAL: setting(whole(1, 300), server({ values: "seconds", fallback: "15", description: "How often Holdfast looks for what administrators are alerted of. An alert ends when its cause has been gone for three such times." })),
  HOLDFAST_AUDIT_MONTHS: setting(whole(0, 1200), server({ values: "number", fallback: "24", description: "How many whole months of changes the access log keeps: uploads, deletions, links, accounts, settings. 0 keeps them for ever." })),
  HOLDFAST_ACCESS_LOG_MONTHS: setting(whole(0, 1200), server({ values: "number", fallback: "6", description: "How many whole months of downloads, views, sign-ins and refused access the access log keeps. 0 keeps them for ever." })),
  SIGNUP: setting(choice(["closed", "invite", "open"]), people({ values: "`closed`, `invite`, `open`", fallback: "closed", description: "Who may make an account. An admin can change it later in the settings." })),
  HOLDFAST_ADMIN_EMAIL: setting(email, people({ values: "email address", description: "Makes the first admin at the first start, instead of the set-up page." })),
  HOLDFAST_ADMIN_PASSWORD: setting(z.string().min(8, { error: "must have at least 8 characters" }), people({ values: "text", secret: true, description: "The first admin's password." })),
  SMTP_URL: setting(urlOf(["smtp:", "smtps:"]), people({ values: "`smtp://user:password@host:587`", secret: true, description: "The mail server. Without one no mail is sent, and new accounts need no confirmation." })),
  SMTP_REQUIRE_TLS: setting(flag, people({ values: "on, off", fallback: "on where `SMTP_URL` has a user", description: "Whether mail is sent with STARTTLS or not at all. `smtps:` is encrypted from its first byte whatever this says." })),
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
  HOLDFAST_AUTH_AUTOCONFIRM: setting(flag, auth({ aliases: ["GOTRUE_MAILER_AUTOCONFIRM"], values: "on, off", fallback: "on without `SMTP_URL`", description: "Whether new email addresses count as confirmed at once." })),
  HOLDFAST_AUTH_ANONYMOUS: setting(flag, auth({ aliases: ["GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED"], values: "on, off", fallback: "off", description: "Whether anonymous sign-in is offered." })),
  HOLDFAST_AUTH_PASSWORD_MIN_LENGTH: setting(whole(6, 72), auth({ aliases: ["GOTRUE_PASSWORD_MIN_LENGTH"], values: "number", fallback: "8", description: "The shortest password that is taken." })),
  HOLDFAST_AUTH_REUSE_INTERVAL: setting(whole(0, 3600), auth({ aliases: ["GOTRUE_SECURITY_REFRESH_TOKEN_REUSE_INTERVAL"], values: "seconds", fallback: "10", description: "How long a refresh token that has been used answers with its successor, so that two tabs do not sign each other out." })),
  HOLDFAST_AUTH_BREACHED_PASSWORDS: setting(webUrl, people({ values: "address", description: "A service that knows the passwords of breaches, such as `https://api.pwnedpasswords.com`. It is told five hex digits of a hash, never a password. One that does not answer in two seconds refuses nobody. Common passwords are refused without it." })),
  HOLDFAST_AUTH_SESSION_IDLE: setting(sessionTime, auth({ values: "a time, `off`", fallback: "30d", description: "A session that was not used for this long ends (GoTrue: `GOTRUE_SESSIONS_INACTIVITY_TIMEOUT`). Access tokens are not touched by it." })),
  HOLDFAST_AUTH_SESSION_LIFETIME: setting(sessionTime, auth({ values: "a time, `off`", fallback: "365d", description: "A session ends this long after its sign-in, however much it is used (GoTrue: `GOTRUE_SESSIONS_TIMEBOX`)." })),
  HOLDFAST_AUTH_RECENT_PROOF: setting(whole(1, 1440), people({ values: "minutes", fallback: "15", description: "How long after a sign-in, or after a password or code was given once more, a session may change what somebody signs in with: password, address, second factor, access tokens; and download the recovery kit." })),
  HOLDFAST_AUTH_SUPABASE_CHANGES: setting(flag, people({ values: "on, off", fallback: "off", description: "Whether `/auth/v1` allows such changes to any session, as Supabase Auth does by default, and without mail changes an address at once, unproved. `/api/v1` asks all the same." })),
  HOLDFAST_AUTH_JWT_KEYS: setting(jwtKeys, auth({ aliases: ["GOTRUE_JWT_KEYS"], values: "JSON Web Key Set", secret: true, fallback: "made at first start, in `keys/`", description: "The keys of access tokens: EC P-256 (ES256), RSA (RS256) or oct (HS256), each with a `kid`. The one with `\"key_ops\": [\"sign\"]` signs, all verify." })),
  HOLDFAST_AUTH_JWT_SECRET: setting(z.string().min(32, { error: "must have at least 32 characters" }), auth({ aliases: ["GOTRUE_JWT_SECRET"], values: "text", secret: true, fallback: "`SUPABASE_JWT_SECRET`", description: "A secret whose HS256 tokens are accepted besides those of the keys, such as a service key that Supabase's tools made. It signs none." })),
  HOLDFAST_AUTH_JWT_EXPIRY: setting(seconds(60, 604_800), auth({ aliases: ["GOTRUE_JWT_EXP"], values: "seconds", fallback: "3600", description: "How long an access token lives. Sessions last longer: they renew it." })),
  HOLDFAST_AUTH_REDIRECT_URLS: setting(list, auth({ aliases: ["GOTRUE_URI_ALLOW_LIST"], values: "addresses, comma-separated", description: "Where links and providers may lead besides `PUBLIC_URL`, for your own apps: exact addresses or globs (`*` stops at `.` and `/`, `**` does not)." })),
  HOLDFAST_AUTH_OTP_LENGTH: setting(whole(6, 10), auth({ aliases: ["GOTRUE_MAILER_OTP_LENGTH"], values: "number", fallback: "6", description: "The digits of mailed codes." })),
  HOLDFAST_AUTH_OTP_EXPIRY: setting(seconds(60, 86_400), auth({ aliases: ["GOTRUE_MAILER_OTP_EXP"], values: "seconds", fallback: "3600", description: "How long mailed codes and links work." })),
  HOLDFAST_AUTH_MAIL_INTERVAL: setting(seconds(0, 86_400), auth({ aliases: ["GOTRUE_SMTP_MAX_FREQUENCY"], values: "seconds", fallback: "60", description: "The shortest time between two emails of one kind to one address. 0 turns it off." })),
  HOLDFAST_AUTH_MANUAL_LINKING: setting(flag, auth({ aliases: ["GOTRUE_SECURITY_MANUAL_LINKING_ENABLED"], values: "on, off", fallback: "off", description: "Whether apps may link and unlink providers of a signed-in account (`/auth/v1/user/identities`)." })),
  HOLDFAST_AUTH_DOUBLE_CONFIRM: setting(flag, auth({ aliases: ["GOTRUE_MAILER_SECURE_EMAIL_CHANGE_ENABLED"], values: "on, off", fallback: "on", description: "Whether a new email address must be confirmed from the old one as well." })),
  HOLDFAST_AUTH_CONCEAL_ACCOUNTS: setting(flag, auth({ values: "on, off", fallback: "on", description: "Whether a request for a sign-in link is answered alike for addresses without an account. Off answers `otp_disabled`, as Supabase Auth does." })),
  HOLDFAST_AUTH_MAIL_TEMPLATES: setting(z.string(), auth({ values: "folder", fallback: "Holdfast's own", description: "Your own emails: `confirmation.html`, `invite.html`, `recovery.html`, `magic_link.html`, `email_change.html`, `reauthentication.html`, and `subjects.json`, with Supabase's variables (`{{ .ConfirmationURL }}`, `{{ .Token }}` …)." })),
  HOLDFAST_AUTH_PROVIDERS: setting(providers, auth({ aliases: ["GOTRUE_EXTERNAL_*"], values: "JSON array", secret: true, description: "Services that people may sign in with as well: `[{\"id\": \"google\", \"clientId\": \"…\", \"clientSecret\": \"…\"}]`, with `issuer`, `name`, `scopes` and `trustEmail` where needed. See `docs/operate/accounts.md`." })),
  HOLDFAST_AUTH_OIDC_ISSUER: setting(webUrl, auth({ values: "address", description: "A service that people may sign in with as well: Authentik, Keycloak, Google, whatever speaks OpenID Connect. Its redirect address is `PUBLIC_URL` + /auth/v1/callback." })),
  HOLDFAST_AUTH_OIDC_CLIENT_ID: setting(z.string(), auth({ values: "text", description: "The client id that it knows Holdfast by." })),
  HOLDFAST_AUTH_OIDC_CLIENT_SECRET: setting(z.string(), auth({ values: "text", secret: true, description: "The secret of that client." })),
  HOLDFAST_AUTH_OIDC_NAME: setting(z.string(), auth({ values: "text", fallback: "the host of the issuer", description: "What the sign-in page calls it." })),
  HOLDFAST_AUTH_OIDC_TRUST_EMAIL: setting(flag, auth({ values: "on, off", fallback: "off", description: "Whether its email addresses are believed where it does not say that they were verified." })),
  HOLDFAST_AUTH_OIDC_GROUPS_CLAIM: setting(z.string(), auth({ values: "text", fallback: "groups", description: "The claim in which it names somebody's groups. A provider of `HOLDFAST_AUTH_PROVIDERS` has `groupsClaim`, and is not asked without it." })),
  HOLDFAST_AUTH_GROUPS: setting(list, people({ values: "names, comma-separated", fallback: "`*`", description: "Which groups of an identity provider count, by their names there; `*` stands for any text, as in `files-*`." })),
  HOLDFAST_AUTH_GROUPS_CREATE: setting(flag, people({ values: "on, off", fallback: "off", description: "Whether groups that an identity provider names are made here. Off: only groups that an administrator has given that name gain and lose people." })),
  HOLDFAST_AUTH_SIGN_IN_GROUP: setting(z.string().max(100), people({ values: "text", description: "Only members of this group may sign in, and administrators. A group that an identity provider names is meant by its name there." })),
  HOLDFAST_TEAM_MAKERS: setting(z.string().regex(/^(everyone|admins|group:.{1,100})$/, { error: "must be everyone, admins, or group: and the name of a group" }), people({ values: "`everyone`, `admins`, `group:` and a name", fallback: "everyone", description: "Who may make teams." })),
  HOLDFAST_TEAM_QUOTA: setting(bytes, people({ values: "a size", description: "The quota of new teams. Administrators change it for each." })),
  HOLDFAST_AUTH_RATE_LIMIT: setting(whole(0, 1_000_000), auth({ values: "number", fallback: "30", description: "Attempts at a secret (sign-in, sign-up, recovery, link password) per address in five minutes. 0 turns the limit off." })),
});

export type Settings = z.output<typeof settings>;
