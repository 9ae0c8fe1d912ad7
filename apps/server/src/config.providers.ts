import { knownProviders } from "@holdfast/identity";
import { z } from "zod";

/** A service that people may sign in with as well. */
export interface ProviderConfig {
  /** What clients name it: `google`, `github`, `keycloak`, or a name of one's own. */
  readonly id: string;
  /** What the sign-in page calls it. */
  readonly name: string;
  readonly kind: "oidc" | "github";
  readonly issuer: string;
  readonly clientId: string;
  readonly otherClientIds: readonly string[];
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly trustEmail: boolean;
  /** The claim that names somebody's groups; null: it is not asked for them, as where strangers can make groups of any name. */
  readonly groupsClaim: string | null;
}

const entry = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9:_-]{0,62}$/),
  name: z.string().min(1).optional(),
  issuer: z.url({ protocol: /^https?$/ }).optional(),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scopes: z.array(z.string().min(1)).optional(),
  trustEmail: z.boolean().optional(),
  groupsClaim: z.string().min(1).max(200).optional(),
});

/** Names that mean something else to clients. */
const taken = ["email", "phone", "anonymous_users", "web3"];

/** @returns the providers, or a sentence on what is wrong with which of them, to be put after the setting's name */
export function readProviders(text: string): ProviderConfig[] | string {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return 'must be a JSON array, such as [{"id": "google", "clientId": "…", "clientSecret": "…"}]';
  }
  if (!Array.isArray(given)) return 'must be a JSON array of objects with "id", "clientId" and "clientSecret"';
  const found: ProviderConfig[] = [];
  for (const [index, each] of given.entries()) {
    const provider = readProvider(each, index);
    if (typeof provider === "string") return provider;
    if (found.some(({ id }) => id === provider.id)) return `names the provider "${provider.id}" twice`;
    found.push(provider);
  }
  return found;
}

function readProvider(given: unknown, index: number): ProviderConfig | string {
  const parsed = entry.safeParse(given);
  const named = (given as { id?: unknown } | null)?.id;
  const who = typeof named === "string" ? `the provider "${named.slice(0, 64)}"` : `provider ${index + 1}`;
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    if (issue.code === "unrecognized_keys") return `: ${who} has an unknown field "${issue.keys[0]}"`;
    return `: ${who} has no valid "${String(issue.path[0] ?? "id")}"`;
  }
  const { id, clientId, clientSecret, scopes = [], trustEmail = false, groupsClaim = null } = parsed.data;
  if (taken.includes(id)) return `: ${who} needs another id: this one means something else to clients`;
  const known = Object.hasOwn(knownProviders, id) ? knownProviders[id] : undefined;
  const issuer = issuerOf(id, parsed.data.issuer?.replace(/\/+$/, "") ?? known?.issuer ?? null);
  if (issuer === null) return `: ${who} needs "issuer", the address of its service`;
  if (id === "azure" && /\/(common|organizations|consumers)\/v2\.0$/.test(issuer)) {
    return `: ${who} needs the address of one tenant as "issuer", not that of all of them`;
  }
  const [first = "", ...otherClientIds] = clientId.split(",").map((part) => part.trim());
  const kind = known?.kind ?? "oidc";
  const name = parsed.data.name ?? known?.name ?? new URL(issuer).hostname;
  return { id, name, kind, issuer, clientId: first, otherClientIds, clientSecret, scopes, trustEmail, groupsClaim };
}

/** Microsoft's tenants are given without the version, as `GOTRUE_EXTERNAL_AZURE_URL` has them. */
function issuerOf(id: string, given: string | null): string | null {
  if (id !== "azure" || given === null || given.endsWith("/v2.0")) return given;
  return `${given}/v2.0`;
}

/** The providers that are set under Supabase Auth's own names (`GOTRUE_EXTERNAL_GOOGLE_ENABLED` and so on), in our form; null: none. */
export function providersOfGoTrue(env: NodeJS.ProcessEnv): string | null {
  const found = Object.keys(knownProviders).flatMap((id) => {
    const value = (what: string) => env[`GOTRUE_EXTERNAL_${id.toUpperCase()}_${what}`]?.trim() || undefined;
    if (value("ENABLED")?.toLowerCase() !== "true") return [];
    return [{ id, clientId: value("CLIENT_ID"), clientSecret: value("SECRET"), issuer: value("URL") }];
  });
  return found.length === 0 ? null : JSON.stringify(found);
}
