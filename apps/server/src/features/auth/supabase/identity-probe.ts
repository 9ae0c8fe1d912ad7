import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from "jose";
import type { SupabaseConfig } from "../../../config.ts";

const PATIENCE_MS = 2_500;
/** Anybody may ask for readiness: one answer serves all who ask within this time. */
const FRESH_MS = 30_000;

type Asked = Pick<SupabaseConfig, "url" | "authUrl" | "anonKey" | "serviceRoleKey" | "jwtSecret">;

/**
 * Asks a real Supabase whether the settings fit it, so that a wrong address, key or secret is known before somebody signs in.
 * @returns a sentence for each thing that is wrong; none: everything fits
 */
export function createIdentityProbe(
  supabase: Asked,
  hasAccount: (id: string) => Promise<boolean>,
): () => Promise<string[]> {
  let last: { readonly at: number; readonly answer: Promise<string[]> } | null = null;
  return () => {
    const now = performance.now();
    if (last === null || now - last.at > FRESH_MS) last = { at: now, answer: probe(supabase, hasAccount) };
    return last.answer;
  };
}

async function probe(supabase: Asked, hasAccount: (id: string) => Promise<boolean>): Promise<string[]> {
  const { authUrl, anonKey, serviceRoleKey, jwtSecret } = supabase;
  try {
    const health = await ask(`${authUrl}/health`, anonKey);
    if (health.status >= 500) return [`Supabase Auth answers ${health.status}: look at its log.`];
    if (health.status === 401 || health.status === 403) {
      return ["Supabase's gateway refuses SUPABASE_ANON_KEY: copy it again from the project's API keys."];
    }
    if (health.body?.name !== "GoTrue") {
      return [
        "What answers at SUPABASE_URL is not Supabase Auth: check SUPABASE_URL, and SUPABASE_AUTH_URL where it is set.",
      ];
    }
    const users = await ask(`${authUrl}/admin/users?page=1&per_page=1`, serviceRoleKey, serviceRoleKey);
    const secret = await judgeSecret(authUrl, anonKey, jwtSecret);
    const found = [...judgeServiceKey(users.status), ...secret];
    if (found.length === 0) found.push(...(await judgeAnonKey(supabase)));
    const [user] = (users.body?.users ?? []) as { id: string }[];
    if (user && !(await hasAccount(user.id))) {
      found.push("DATABASE_URL is not the database of the Supabase at SUPABASE_URL: it lacks accounts that Auth has.");
    }
    return found;
  } catch (error) {
    const { code, name } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
    return [`Supabase Auth does not answer (${code ?? name}): check SUPABASE_URL, and whether it runs.`];
  }
}

/** Where no gateway looks at it: the two keys are of one project, and signed by its secret. */
async function judgeAnonKey({ anonKey, serviceRoleKey, jwtSecret }: Asked): Promise<string[]> {
  const [one, other] = [issuerOf(anonKey), issuerOf(serviceRoleKey)];
  if (one === null) return [];
  const signed =
    jwtSecret === null ||
    decodeProtectedHeader(anonKey).alg !== "HS256" ||
    (await jwtVerify(anonKey, new TextEncoder().encode(jwtSecret)).then(
      () => true,
      () => false,
    ));
  if (signed && (other === null || one === other)) return [];
  return ["SUPABASE_ANON_KEY is not a key of this project: copy it again from the project's API keys."];
}

function judgeServiceKey(status: number): string[] {
  if (status < 400) return [];
  if (status >= 500) return [`Supabase Auth answers ${status} to the list of accounts: look at its log.`];
  return ["Supabase Auth refuses SUPABASE_SERVICE_ROLE_KEY: no account can be made or changed until it is right."];
}

/** A token of our own making is accepted only if it is signed by the project's secret. */
async function judgeSecret(authUrl: string, anonKey: string, jwtSecret: string | null): Promise<string[]> {
  const jwks = await ask(`${authUrl}/.well-known/jwks.json`, anonKey);
  const published = ((jwks.body?.keys ?? []) as unknown[]).length > 0;
  if (jwtSecret === null) {
    if (published) return [];
    return [
      "Supabase signs access tokens with a secret and publishes no keys: set SUPABASE_JWT_SECRET, or nobody can sign in.",
    ];
  }
  const token = await new SignJWT({ role: "service_role" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setAudience("authenticated")
    .setIssuedAt()
    .setExpirationTime("1m")
    .sign(new TextEncoder().encode(jwtSecret));
  const { status } = await ask(`${authUrl}/admin/users?page=1&per_page=1`, anonKey, token);
  if (status !== 401 && status !== 403) return [];
  if (published) return [];
  return ["SUPABASE_JWT_SECRET is not the secret that Supabase Auth signs with: nobody can sign in until it is right."];
}

function issuerOf(key: string): string | null {
  try {
    const { iss, ref } = decodeJwt(key);
    return `${iss ?? ""} ${ref ?? ""}`;
  } catch {
    return null;
  }
}

async function ask(url: string, apikey: string, bearer?: string) {
  const headers = { apikey, ...(bearer ? { authorization: `Bearer ${bearer}` } : {}) };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null;
  return { status: response.status, body };
}
