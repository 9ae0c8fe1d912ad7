import { statement } from "../../../platform/database/statement.ts";

export interface ProviderRow {
  identifier: string;
  name: string;
  issuer: string;
  client_id: string;
  client_secret: string;
  scopes: string[];
}

export const listProviders = statement<[], ProviderRow>(
  `select identifier, name, coalesce(issuer, '') as issuer, client_id, client_secret, scopes from auth.custom_oauth_providers
   where enabled and provider_type = 'oidc' and issuer is not null order by name, identifier`,
);
