import { readFileSync } from "node:fs";
import { networkInterfaces, totalmem } from "node:os";
import { resolve } from "node:path";
import { type CustomTemplates, readTemplates } from "@holdfast/identity";
import { globalRegistry } from "zod";
import { findContradictions } from "./config.contradictions.ts";
import { type ProviderConfig, providersOfGoTrue } from "./config.providers.ts";
import { type SettingMeta, type Settings, settings, usualVersionRules, type VersionRules } from "./config.schema.ts";
import { explainUnknown } from "./config.unknown.ts";

export type { VersionRules } from "./config.schema.ts";

export type Role = "all" | "api" | "worker" | "web";
export type LogLevel = NonNullable<Settings["LOG_LEVEL"]>;

export interface S3Config {
  readonly driver: "s3";
  /** Null: Amazon's own for the region. */
  readonly endpoint: string | null;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly pathStyle: boolean;
}

export type StorageConfig = { readonly driver: "local" /** Absolute. */; readonly folder: string } | S3Config;

export interface SupabaseConfig {
  readonly url: string;
  readonly authUrl: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly jwtSecret: string | null;
}

/** All that Holdfast can be told from outside. Sizes are bytes, intervals seconds, folders absolute. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Without a trailing slash; null: the address of the request. */
  readonly publicUrl: string | null;
  readonly dataDir: string;
  readonly role: Role;
  /** Whether this process tree serves pages. */
  readonly web: boolean;
  /** Where another process serves pages; null: nowhere, or a child of this one. */
  readonly webUrl: string | null;
  /** Role `web`: where the API answers. */
  readonly apiUrl: string | null;
  /** A second, plain listener on loopback for the web child, where the public one speaks TLS. Chosen by `main.ts`. */
  readonly internalPort: number | null;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly trustProxy: boolean | number | string[];
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly cdnUrl: string | null;
  /** Null: only the machine itself may read the metrics. */
  readonly metricsToken: string | null;
  /** Role `worker`: where it serves its metrics; null: nowhere. */
  readonly metricsPort: number | null;
  /** Null: nothing is sent to a collector. Where to, the library reads itself. */
  readonly otlp: { readonly serviceName: string /** Of the traces, 0 to 1. */; readonly share: number } | null;
  readonly logLevel: LogLevel;
  readonly logs: {
    /** Whether lines of requests have the address and the account of who sent them. */
    readonly address: boolean;
    readonly account: boolean;
    /** Bytes of the files in the data folder; null: there are none. */
    readonly files: number | null;
    /** For which lines at level warn and above are kept in the database. */
    readonly days: number;
  };
  readonly signup: "closed" | "invite" | "open";
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly smtpUrl: string | null;
  /** Send no mail without STARTTLS. */
  readonly smtpRequireTls: boolean;
  readonly mailFrom: string;
  readonly storage: StorageConfig;
  /** Seconds for which stored bytes count as verified; 0: they are verified each time they are read; null: never. */
  readonly verifyReads: number | null;
  /** Seconds between two looks for what administrators have to know. */
  readonly alertInterval: number;
  readonly supabase: SupabaseConfig | null;
  readonly auth: {
    readonly autoconfirm: boolean;
    readonly anonymous: boolean;
    readonly passwordMinLength: number;
    /** A service that knows the passwords of breaches; null: only the list that comes along. */
    readonly breachedPasswords: string | null;
    readonly reuseInterval: number;
    /** Seconds; 0: no limit. */
    readonly sessionIdle: number;
    readonly sessionLifetime: number;
    /** Seconds for which a session that has proved itself may change how its person gets in. */
    readonly recentProof: number;
    /** `/auth/v1` asks for no such proof, as Supabase Auth by default. */
    readonly supabaseChanges: boolean;
    /** A JSON Web Key Set as text; null: made at first start and kept in `keys/`. */
    readonly jwtKeys: string | null;
    /** Attempts per address in five minutes; 0: no limit. */
    readonly rateLimit: number;
    /** Its HS256 tokens are accepted; null: none are but those of the keys. */
    readonly jwtSecret: string | null;
    /** Seconds. */
    readonly jwtExpiry: number;
    readonly redirectUrls: readonly string[];
    readonly otpLength: number;
    /** Seconds. */
    readonly otpExpiry: number;
    /** Seconds. */
    readonly mailInterval: number;
    readonly manualLinking: boolean;
    readonly doubleConfirm: boolean;
    readonly concealAccounts: boolean;
    /** Null: ours. */
    readonly mailTemplates: CustomTemplates | null;
    readonly providers: readonly ProviderConfig[];
    /** Names of groups at an identity provider, with `*`. */
    readonly groups: readonly string[];
    readonly groupsCreate: boolean;
    /** Null: everybody may sign in. */
    readonly signInGroup: string | null;
  };
  readonly teams: { readonly makers: string; readonly quota: number | null };
  readonly limits: {
    readonly databaseConnections: number;
    readonly connections: number;
    /** Seconds. */
    readonly clientTimeout: number;
    readonly uploadMemory: number;
    /** Whole months for which changes and reads are kept in the log; 0: for ever. */
    readonly auditMonths: number;
    readonly accessLogMonths: number;
    readonly defaultQuota: number | null;
    readonly maxFileSize: number | null;
    readonly maxEntriesPerSpace: number;
    readonly maxFoldersPerSpace: number;
    readonly statementSeconds: number;
    /** Null: by the size of the disk (see `space-limits.ts`). */
    readonly minFreeSpace: number | null;
    readonly backupQuota: { readonly bytes: number } | { readonly ofQuota: number } | null;
    /** Null: all. */
    readonly keepVersions: VersionRules | null;
    /** What a link that takes files may be sent, where its owner says nothing. */
    readonly links: { readonly maxFiles: number; readonly maxBytes: number; readonly maxFileSize: number };
  };
}

/** Every mistake in the settings at once, one sentence each. */
export class ConfigError extends Error {
  override name = "ConfigError";
  readonly mistakes: readonly string[];
  constructor(mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.mistakes = mistakes;
  }
}

export function metaOf(name: keyof Settings): SettingMeta {
  return globalRegistry.get(settings.shape[name]) as unknown as SettingMeta;
}

export const settingNames = Object.keys(settings.shape) as (keyof Settings)[];

/**
 * The one place that reads the environment. An empty variable counts as absent, so that a compose file may pass all of them on.
 * @throws ConfigError
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()): Config {
  const mistakes: string[] = [];
  const values = readValues(env, cwd, mistakes);
  const parsed = settings.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path[0] as keyof Settings;
    const shown = metaOf(name).secret ? "" : `, but is "${values[name]}"`;
    mistakes.push(`${name} ${issue.message}${shown}.`);
  }
  const set = (parsed.success ? parsed.data : values) as Settings;
  mistakes.push(...findContradictions(set, cwd));
  if (!parsed.success || mistakes.length > 0) throw new ConfigError([...new Set(mistakes)]);
  return arrange(parsed.data, cwd);
}

/** What is set and read by nobody though it looks like ours, one sentence each, with the setting that was probably meant. */
export function unknownSettings(env: NodeJS.ProcessEnv = process.env): string[] {
  const secret = settingNames.filter((name) => metaOf(name).secret).map((name) => `${name}_FILE`);
  return explainUnknown(
    Object.keys(env).filter((name) => env[name]?.trim()),
    [...settingNames, ...secret],
  );
}

function readValues(env: NodeJS.ProcessEnv, cwd: string, mistakes: string[]): Partial<Record<keyof Settings, string>> {
  const values: Partial<Record<keyof Settings, string>> = {};
  for (const name of settingNames) {
    const value = env[name]?.trim();
    if (value) values[name] = value;
    const file = metaOf(name).secret ? env[`${name}_FILE`]?.trim() : undefined;
    if (!file) continue;
    if (value) {
      mistakes.push(`${name} and ${name}_FILE are both set: keep one of them.`);
      continue;
    }
    try {
      const text = readFileSync(resolve(cwd, file), "utf8").trim();
      if (text) values[name] = text;
      else mistakes.push(`${name}_FILE names ${file}, which is empty.`);
    } catch (error) {
      mistakes.push(`${name}_FILE names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  }
  for (const name of settingNames) values[name] ??= otherName(name, env);
  return values;
}

/** What the setting is under a name of Supabase Auth: whoever has one's settings need not write them again. */
function otherName(name: keyof Settings, env: NodeJS.ProcessEnv): string | undefined {
  if (name === "HOLDFAST_AUTH_PROVIDERS") return providersOfGoTrue(env) ?? undefined;
  const found = metaOf(name).aliases?.find((alias) => env[alias]?.trim());
  return found === undefined ? undefined : env[found]?.trim();
}

function arrange(set: Settings, cwd: string): Config {
  const role = set.HOLDFAST_ROLE ?? "all";
  const dataDir = resolve(cwd, set.HOLDFAST_DATA ?? "data");
  const publicUrl = set.PUBLIC_URL ?? null;
  return {
    port: set.PORT ?? 3000,
    host: set.HOST ?? everyAddress(),
    publicUrl,
    dataDir,
    role,
    web: role === "all" ? (set.HOLDFAST_WEB ?? true) : role === "web",
    webUrl: set.HOLDFAST_WEB_URL ?? null,
    apiUrl: set.HOLDFAST_API_URL ?? null,
    internalPort: null,
    databaseUrl: set.DATABASE_URL ?? null,
    trustProxy: set.TRUST_PROXY ?? false,
    tls:
      set.TLS_CERT_FILE && set.TLS_KEY_FILE
        ? { certFile: resolve(cwd, set.TLS_CERT_FILE), keyFile: resolve(cwd, set.TLS_KEY_FILE) }
        : null,
    cdnUrl: set.CDN_URL ?? null,
    metricsToken: set.METRICS_TOKEN ?? null,
    metricsPort: set.METRICS_PORT ?? null,
    otlp:
      set.OTEL_EXPORTER_OTLP_ENDPOINT === undefined
        ? null
        : { serviceName: set.OTEL_SERVICE_NAME ?? "holdfast", share: set.OTEL_TRACES_SAMPLER_ARG ?? 1 },
    logLevel: set.LOG_LEVEL ?? "info",
    logs: {
      address: set.HOLDFAST_LOG_ADDRESS ?? true,
      account: set.HOLDFAST_LOG_ACCOUNT ?? true,
      files: set.HOLDFAST_LOG_FILES === undefined ? 100 * 2 ** 20 : set.HOLDFAST_LOG_FILES,
      days: set.HOLDFAST_LOG_DAYS ?? 14,
    },
    signup: set.SIGNUP ?? "closed",
    admin:
      set.HOLDFAST_ADMIN_EMAIL && set.HOLDFAST_ADMIN_PASSWORD
        ? { email: set.HOLDFAST_ADMIN_EMAIL, password: set.HOLDFAST_ADMIN_PASSWORD }
        : null,
    smtpUrl: set.SMTP_URL ?? null,
    // A password is not sent in the clear, nor to who has cut STARTTLS out of the server's offer.
    smtpRequireTls: set.SMTP_REQUIRE_TLS ?? Boolean(set.SMTP_URL && new URL(set.SMTP_URL).username),
    mailFrom: set.MAIL_FROM ?? `holdfast@${publicUrl ? new URL(publicUrl).hostname : "localhost"}`,
    storage: arrangeStorage(set, dataDir),
    verifyReads: set.HOLDFAST_VERIFY_READS === undefined ? 24 * 3600 : set.HOLDFAST_VERIFY_READS,
    alertInterval: set.HOLDFAST_ALERT_INTERVAL ?? 15,
    supabase: arrangeSupabase(set),
    auth: {
      autoconfirm: set.HOLDFAST_AUTH_AUTOCONFIRM ?? set.SMTP_URL === undefined,
      anonymous: set.HOLDFAST_AUTH_ANONYMOUS ?? false,
      passwordMinLength: set.HOLDFAST_AUTH_PASSWORD_MIN_LENGTH ?? 8,
      breachedPasswords: set.HOLDFAST_AUTH_BREACHED_PASSWORDS ?? null,
      reuseInterval: set.HOLDFAST_AUTH_REUSE_INTERVAL ?? 10,
      sessionIdle: set.HOLDFAST_AUTH_SESSION_IDLE ?? 30 * 86_400,
      sessionLifetime: set.HOLDFAST_AUTH_SESSION_LIFETIME ?? 365 * 86_400,
      recentProof: (set.HOLDFAST_AUTH_RECENT_PROOF ?? 15) * 60,
      supabaseChanges: set.HOLDFAST_AUTH_SUPABASE_CHANGES ?? false,
      jwtKeys: set.HOLDFAST_AUTH_JWT_KEYS ?? null,
      rateLimit: set.HOLDFAST_AUTH_RATE_LIMIT ?? 30,
      jwtSecret: set.HOLDFAST_AUTH_JWT_SECRET ?? set.SUPABASE_JWT_SECRET ?? null,
      jwtExpiry: set.HOLDFAST_AUTH_JWT_EXPIRY ?? 3600,
      redirectUrls: set.HOLDFAST_AUTH_REDIRECT_URLS ?? [],
      otpLength: set.HOLDFAST_AUTH_OTP_LENGTH ?? 6,
      otpExpiry: set.HOLDFAST_AUTH_OTP_EXPIRY ?? 3600,
      mailInterval: set.HOLDFAST_AUTH_MAIL_INTERVAL ?? 60,
      manualLinking: set.HOLDFAST_AUTH_MANUAL_LINKING ?? false,
      doubleConfirm: set.HOLDFAST_AUTH_DOUBLE_CONFIRM ?? true,
      concealAccounts: set.HOLDFAST_AUTH_CONCEAL_ACCOUNTS ?? true,
      mailTemplates: set.HOLDFAST_AUTH_MAIL_TEMPLATES
        ? readTemplates(resolve(cwd, set.HOLDFAST_AUTH_MAIL_TEMPLATES))
        : null,
      providers: arrangeProviders(set),
      groups: set.HOLDFAST_AUTH_GROUPS ?? ["*"],
      groupsCreate: set.HOLDFAST_AUTH_GROUPS_CREATE ?? false,
      signInGroup: set.HOLDFAST_AUTH_SIGN_IN_GROUP ?? null,
    },
    teams: { makers: set.HOLDFAST_TEAM_MAKERS ?? "everyone", quota: set.HOLDFAST_TEAM_QUOTA ?? null },
    limits: {
      databaseConnections: set.HOLDFAST_DATABASE_CONNECTIONS ?? 20,
      connections: set.HOLDFAST_MAX_CONNECTIONS ?? 4096,
      clientTimeout: set.HOLDFAST_CLIENT_TIMEOUT ?? 60,
      uploadMemory: set.HOLDFAST_UPLOAD_MEMORY ?? eighthOfMemory(),
      auditMonths: set.HOLDFAST_AUDIT_MONTHS ?? 24,
      accessLogMonths: set.HOLDFAST_ACCESS_LOG_MONTHS ?? 6,
      defaultQuota: set.HOLDFAST_DEFAULT_QUOTA ?? null,
      maxFileSize: set.HOLDFAST_MAX_FILE_SIZE ?? null,
      statementSeconds: set.HOLDFAST_STATEMENT_TIMEOUT ?? 30,
      maxEntriesPerSpace: set.HOLDFAST_MAX_ENTRIES_PER_SPACE ?? 5_000_000,
      maxFoldersPerSpace: set.HOLDFAST_MAX_FOLDERS_PER_SPACE ?? 1_000_000,
      minFreeSpace: set.HOLDFAST_MIN_FREE_SPACE ?? null,
      backupQuota: set.HOLDFAST_BACKUP_QUOTA === undefined ? { ofQuota: 3 } : set.HOLDFAST_BACKUP_QUOTA,
      keepVersions: set.HOLDFAST_KEEP_VERSIONS === undefined ? usualVersionRules : set.HOLDFAST_KEEP_VERSIONS,
      links: {
        maxFiles: set.HOLDFAST_LINK_MAX_FILES ?? 1000,
        maxBytes: set.HOLDFAST_LINK_MAX_SIZE ?? 20 * 2 ** 30,
        maxFileSize: set.HOLDFAST_LINK_MAX_FILE_SIZE ?? 5 * 2 ** 30,
      },
    },
  };
}

function arrangeStorage(set: Settings, dataDir: string): StorageConfig {
  if (set.STORAGE_DRIVER !== "s3") return { driver: "local", folder: resolve(dataDir, "objects") };
  return {
    driver: "s3",
    endpoint: set.S3_ENDPOINT ?? null,
    region: set.S3_REGION ?? "us-east-1",
    bucket: set.S3_BUCKET!,
    accessKeyId: set.S3_ACCESS_KEY_ID!,
    secretAccessKey: set.S3_SECRET_ACCESS_KEY!,
    pathStyle: set.S3_PATH_STYLE ?? set.S3_ENDPOINT !== undefined,
  };
}

function arrangeSupabase(set: Settings): SupabaseConfig | null {
  if (set.SUPABASE_URL === undefined) return null;
  return {
    url: set.SUPABASE_URL,
    authUrl: set.SUPABASE_AUTH_URL ?? `${set.SUPABASE_URL}/auth/v1`,
    anonKey: set.SUPABASE_ANON_KEY!,
    serviceRoleKey: set.SUPABASE_SERVICE_ROLE_KEY!,
    jwtSecret: set.SUPABASE_JWT_SECRET ?? null,
  };
}

/** The provider that has settings of its own comes first. */
function arrangeProviders(set: Settings): ProviderConfig[] {
  const others = set.HOLDFAST_AUTH_PROVIDERS ?? [];
  const issuer = set.HOLDFAST_AUTH_OIDC_ISSUER;
  if (issuer === undefined) return others;
  const own: ProviderConfig = {
    id: "oidc",
    kind: "oidc",
    name: set.HOLDFAST_AUTH_OIDC_NAME ?? new URL(issuer).hostname,
    issuer,
    clientId: set.HOLDFAST_AUTH_OIDC_CLIENT_ID!,
    otherClientIds: [],
    clientSecret: set.HOLDFAST_AUTH_OIDC_CLIENT_SECRET!,
    scopes: [],
    trustEmail: set.HOLDFAST_AUTH_OIDC_TRUST_EMAIL ?? false,
    groupsClaim: set.HOLDFAST_AUTH_OIDC_GROUPS_CLAIM ?? "groups",
  };
  return [own, ...others];
}

/** Of the machine's, or of what a container may have. */
function eighthOfMemory(): number {
  const limit = process.constrainedMemory();
  const memory = limit > 0 ? Math.min(limit, totalmem()) : totalmem();
  return Math.min(Math.max(memory / 8, 2 ** 28), 2 ** 30);
}

/** "::" takes IPv4 as well, but cannot be listened on where the machine has no IPv6. */
function everyAddress(): string {
  const all = Object.values(networkInterfaces()).flat();
  return all.some((address) => address?.family === "IPv6") ? "::" : "0.0.0.0";
}
