import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Configuration, type KoaContextWithOIDC } from "oidc-provider";

export interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
  picture?: string;
  groups?: unknown;
}

/** A certified OpenID provider on the loopback, where signing in takes no form: whoever `person` is, comes in. */
export interface RunningProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who signs in next; null refuses. */
  person: Person | null;
  close(): Promise<void>;
}

export async function startProvider(redirectUri: string): Promise<RunningProvider> {
  const people = new Map<string, Person>();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const running: RunningProvider = {
    issuer,
    clientId: "holdfast",
    clientSecret: "a secret that both know",
    person: null,
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
  const configuration: Configuration = {
    clients: [
      {
        client_id: running.clientId,
        client_secret: running.clientSecret,
        redirect_uris: [redirectUri],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    cookies: { keys: ["only for tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "picture", "groups"] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
    loadExistingGrant: grantEverything,
  };
  // It warns of plain HTTP and of its development keys, which is what a test has.
  const { warn, info } = console;
  Object.assign(console, { warn() {}, info() {} });
  const provider = new Provider(issuer, configuration);
  Object.assign(console, { warn, info });
  const answer = provider.callback();
  server.on("request", (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    const { person } = running;
    if (person) people.set(person.sub, person);
    const result = person
      ? { login: { accountId: person.sub } }
      : { error: "access_denied", error_description: "The person said no" };
    void provider.interactionFinished(request, response, result);
  });
  return running;
}

async function grantEverything(context: KoaContextWithOIDC) {
  const { provider, client, session } = context.oidc;
  const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
  grant.addOIDCScope("openid email profile");
  await grant.save();
  return grant;
}

/** Follows redirects with a fresh cookie jar, until one leads to `origin`, which is not asked. */
export async function browse(start: string, origin: string): Promise<URL> {
  const jar = new Map<string, string>();
  let url = start;
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await fetch(url, { redirect: "manual", headers: cookie ? { cookie } : {} });
    for (const set of response.headers.getSetCookie()) {
      const [name = "", value = ""] = (set.split(";")[0] as string).split(/=(.*)/s);
      jar.set(name, value);
    }
    const location = response.headers.get("location");
    if (location === null) throw new Error(`No way on from ${url}: ${response.status} ${await response.text()}`);
    const next = new URL(location, url);
    if (next.origin === origin) return next;
    url = next.href;
  }
  throw new Error(`Too many redirects after ${start}.`);
}
