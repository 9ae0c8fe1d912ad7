import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type IdentityServer, type IdentitySettings, startIdentityServer } from "./identity-server.ts";
import { asSupabaseReads, routePath } from "./supabase-gateway.ts";

/**
 * Supabase's gateway before an identity service in a server of its own: everything goes over the network, nothing embedded runs. As the
 * real ones do, it makes a path plain before it looks at it, takes the names of JSON fields in any case, and wants a key for everything.
 */
export interface SupabaseStandIn {
  readonly identity: IdentityServer;
  /** What Holdfast is told to use it. */
  readonly env: Record<string, string>;
  /** Requests as they came in. */
  readonly seen: { path: string; headers: IncomingHttpHeaders }[];
  /** Hangs up on everybody. */
  away: boolean;
  close(): Promise<void>;
}

export interface StandInOptions extends IdentitySettings {
  /** `opaque`: keys `sb_publishable_…` and `sb_secret_…`, which only the gateway understands. */
  keys?: "jwt" | "opaque";
}

export async function startSupabase(
  databaseUrl: string,
  { keys = "jwt", ...settings }: StandInOptions = {},
): Promise<SupabaseStandIn> {
  const identity = await startIdentityServer(databaseUrl, settings);
  const opaque = new Map([
    ["sb_publishable_0123456789abcdefghijkl_01234567", identity.anonKey],
    ["sb_secret_0123456789abcdefghijkl_01234567", identity.serviceRoleKey],
  ]);
  const [publicKey, secretKey] =
    keys === "jwt" ? [identity.anonKey, identity.serviceRoleKey] : ([...opaque.keys()] as [string, string]);
  const gateway: Server = createServer((request, response) => {
    standIn.seen.push({ path: request.url as string, headers: request.headers });
    if (standIn.away) return void response.destroy();
    const { host: _h, connection: _c, "content-length": _l, expect: _e, ...headers } = request.headers;
    const key = String(headers.apikey ?? "");
    const known = keys === "opaque" ? opaque.get(key) : [publicKey, secretKey].find((each) => each === key);
    if (!known) return void response.writeHead(401).end();
    // As Supabase's gateway does it: who shows a key and no session is known by the key's own token.
    if (known && keys === "opaque" && [undefined, `Bearer ${key}`].includes(headers.authorization)) {
      headers.authorization = `Bearer ${known}`;
    }
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      const body = Buffer.concat(chunks);
      const path = routePath(request.url as string, headers["content-type"], body);
      const answer = await fetch(identity.url + path, {
        method: request.method as string,
        headers: headers as Record<string, string>,
        redirect: "manual",
        ...(body.length > 0 ? { body: asSupabaseReads(body) } : {}),
      });
      const { "content-encoding": _encoding, "content-length": _size, ...given } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, given).end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  const standIn: SupabaseStandIn = {
    identity,
    seen: [],
    away: false,
    env: {
      SUPABASE_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
      SUPABASE_ANON_KEY: publicKey as string,
      SUPABASE_SERVICE_ROLE_KEY: secretKey as string,
      TRUST_PROXY: "1",
    },
    async close() {
      await new Promise((resolve) => gateway.close(resolve).closeAllConnections());
      await identity.close();
    },
  };
  return standIn;
}
