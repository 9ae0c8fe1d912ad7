import type { OidcProvider } from "@holdfast/identity";
import type { OidcConfig } from "../../../config.ts";
import type { Database } from "../../../platform/database/database.ts";
import { listProviders, type ProviderRow } from "./oidc-providers.queries.ts";

/**
 * The OpenID providers of the embedded service: that of the settings, and the rows of `auth.custom_oauth_providers`. One that has not
 * changed stays the same object, because the service keeps what it has learnt of it by that.
 */
export function createProviderList(db: Database, configured: OidcConfig | null): () => Promise<OidcProvider[]> {
  let known: OidcProvider[] = [];
  return async () => {
    const rows = await listProviders.all(db);
    const found = [...(configured ? [fromSettings(configured)] : []), ...rows.map(fromRow)];
    known = found.map((each) => known.find((old) => JSON.stringify(old) === JSON.stringify(each)) ?? each);
    return known;
  };
}

function fromSettings({ name, issuer, clientId, clientSecret, trustEmail }: OidcConfig): OidcProvider {
  return { id: "oidc", name, issuer, clientId, clientSecret, trustEmail, allowHttp: issuer.startsWith("http:") };
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
