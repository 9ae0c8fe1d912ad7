import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface GithubPerson {
  id: number;
  login: string;
  name?: string | null;
  /** The public one of the profile, which anybody may make up. */
  email?: string | null;
  emails: { email: string; primary: boolean; verified: boolean }[];
}

/** What stands in for a GitHub Enterprise on the loopback: its web endpoints and its API, as documented, where signing in takes no form. */
export interface RunningGithub {
  url: string;
  clientId: string;
  clientSecret: string;
  person: GithubPerson;
  /** What it was asked for by the last sign-in. */
  scopes: string;
  close(): Promise<void>;
}

export async function startGithub(): Promise<RunningGithub> {
  const codes = new Map<string, { redirectUri: string; challenge: string }>();
  const tokens = new Set<string>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", running.url);
    const json = (status: number, body: unknown) =>
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(body));
    if (url.pathname === "/login/oauth/authorize") {
      const [redirectUri = "", challenge = ""] = ["redirect_uri", "code_challenge"].map(
        (name) => url.searchParams.get(name) ?? "",
      );
      const code = randomUUID();
      codes.set(code, { redirectUri, challenge });
      running.scopes = url.searchParams.get("scope") ?? "";
      const back = new URL(redirectUri);
      back.search = new URLSearchParams({ code, state: url.searchParams.get("state") ?? "" }).toString();
      return void response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === "/login/oauth/access_token" && request.method === "POST") {
      const form = new URLSearchParams(await text(request));
      const started = codes.get(form.get("code") ?? "");
      codes.delete(form.get("code") ?? "");
      const verifier = createHash("sha256")
        .update(form.get("code_verifier") ?? "")
        .digest("base64url");
      const right =
        started?.redirectUri === form.get("redirect_uri") &&
        started.challenge === verifier &&
        form.get("client_id") === running.clientId &&
        form.get("client_secret") === running.clientSecret;
      // GitHub tells of errors with status 200.
      if (!right)
        return void json(200, { error: "bad_verification_code", error_description: "The code is incorrect." });
      const token = `gho_${randomUUID()}`;
      tokens.add(token);
      return void json(200, { access_token: token, scope: running.scopes.replaceAll(" ", ","), token_type: "bearer" });
    }
    const authorized = tokens.has(/^bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "");
    if (!authorized || !request.headers["user-agent"]) return void json(401, { message: "Bad credentials" });
    const { emails, ...user } = running.person;
    if (url.pathname === "/api/v3/user") return void json(200, { ...user, avatar_url: `${running.url}/a.png` });
    if (url.pathname === "/api/v3/user/emails") return void json(200, emails);
    json(404, { message: "Not Found" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const running: RunningGithub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ clientId: "Iv1.holdfast", clientSecret: "a secret that both know", scopes: "" },
    person: { id: 1, login: "nobody", emails: [] },
    close: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
  return running;
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
