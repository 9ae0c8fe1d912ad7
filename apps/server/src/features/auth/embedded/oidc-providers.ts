import type { OidcProvider } from "@holdfast/identity";
import type { ProviderConfig } from "../../../config.providers.ts";
import type { Database } from "../../../platform/database/database.ts";
import { listProviders, type ProviderRow } from "./oidc-providers.queries.ts";

/**
 * The providers of the embedded service: those of the settings, and the rows of `auth.custom_oauth_providers`. One that has not
 * changed stays the same object, because the service keeps what it has learnt of it by that.
 */
export function createProviderList(db: Database, configured: readonly ProviderConfig[]): () => Promise<OidcProvider[]> {
  let known: OidcProvider[] = [];
  return async () => {
    const rows = await listProviders.all(db);
    const taken = new Set(configured.map(({ id }) => id));
    const others = rows.filter(({ identifier }) => !taken.has(identifier));
    const found = [...configured.map(fromSettings), ...others.map(fromRow)];
    known = found.map((each) => known.find((old) => JSON.stringify(old) === JSON.stringify(each)) ?? each);
    return known;
  };
}

function fromSettings({ otherClientIds, scopes, groupsClaim, ...provider }: ProviderConfig): OidcProvider {
  const allowHttp = provider.issuer.startsWith("http:");
  const groups = groupsClaim === null ? {} : { groupsClaim };
  return { ...provider, ...groups, otherClientIds: [...otherClientIds], scopes: [...scopes], allowHttp };
}

function fromRow(row: ProviderRow): OidcProvider {
  return {
    id: row.identifier,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    clientSecret: row.client_secret,
    scopes: row.scopes,
    allowHttp: row.issuer.startsWith("http:"),
  };
}
