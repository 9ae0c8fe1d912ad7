import type { FastifyInstance } from "fastify";
import type { JWTVerifyGetKey } from "jose";
import type { IdentityTransport } from "./identity-calls.ts";

export interface OidcChoice {
  readonly id: string;
  readonly name: string;
}

/** What answers the identity contract, embedded or a real Supabase. */
export interface IdentityHost {
  readonly transport: IdentityTransport;
  /** The key that a token names by its header; throws when there is none for that algorithm. */
  readonly keyFor: JWTVerifyGetKey;
  /** Secret, the same on all nodes. */
  readonly secret: string;
  /** How long the link of an invitation is good for; null: not known. */
  readonly invitationSeconds: number | null;
  /** The other services that people can sign in with. */
  providers(): Promise<OidcChoice[]>;
  /** Whether people can have passkeys. A service that is away has none. */
  passkeys(): Promise<boolean>;
  /** What is wrong with the connection to a real Supabase, a sentence each; null: the embedded service needs none. */
  readonly probe: (() => Promise<string[]>) | null;
  /** Serves `/auth/v1`. */
  mount(app: FastifyInstance): Promise<void>;
  close(): Promise<void>;
}
