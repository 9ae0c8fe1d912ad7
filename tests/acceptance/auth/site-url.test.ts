import { request as httpRequest } from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { testPassword } from "../../support/person.ts";

/** Where the links of mails lead without PUBLIC_URL: to where administrators reach the server, and never to where a stranger says that it is. */
describe.each(modes)("%s", (mode) => {
  const home = "http://nas.local:8080";
  const admin = { email: "admin@example.org", password: testPassword };
  let mailbox: Mailbox;
  let installation: Installation;
  let server: AuthServer;
  beforeEach(async () => {
    mailbox = await startMailbox();
    const env = { SIGNUP: "open", HOLDFAST_ADMIN_EMAIL: admin.email, HOLDFAST_ADMIN_PASSWORD: admin.password };
    // A Supabase knows the place by its own setting, and takes no other.
    const supabase = { siteUrl: home, ourTemplates: true };
    installation = await openInstallation(mode, { env: { TRUST_PROXY: "", ...env }, mailbox, supabase });
    server = await installation.start();
  });
  afterEach(async () => {
    await installation.close();
    await mailbox.close();
  });

  /** A browser that reaches a node under this name: `fetch` sets Host by itself. */
  function post(node: AuthServer, origin: string, path: string, body: object, cookies: string[] = []) {
    const { hostname, port } = new URL(node.url);
    const headers = {
      host: new URL(origin).host,
      origin,
      cookie: cookies.join("; "),
      "content-type": "application/json",
    };
    return new Promise<{ status: number; body: string; cookies: string[] }>((resolve, reject) => {
      const asked = httpRequest({ hostname, port, path, method: "POST", headers }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          const set = (answer.headers["set-cookie"] ?? []).map((line) => line.split(";")[0] as string);
          resolve({ status: answer.statusCode as number, body: Buffer.concat(chunks).toString(), cookies: set });
        });
      });
      asked.on("error", reject).end(JSON.stringify(body));
    });
  }
  const linkOf = async (address: string) => (await mailbox.next(address)).link();

  test("an administrator's sign-in tells every node the address; strangers and the machine itself tell nothing", async () => {
    const twin = await installation.start();
    expect((await post(server, home, "/api/v1/auth/login", admin)).status).toBe(200);
    await post(server, "http://localhost:3000", "/api/v1/auth/login", admin);
    await post(server, "http://evil.example", "/api/v1/auth/login", { ...admin, password: "wrong" });
    const ask = async (node: AuthServer, name: string) => {
      const email = `${name}@example.org`;
      const asked = await post(node, "http://evil.example", "/api/v1/auth/register", { email, password: testPassword });
      expect(asked.status).toBe(201);
      return (await linkOf(email)).origin;
    };
    expect(await ask(server, "ada")).toBe(home);
    await expect.poll(() => ask(twin, `ada${Math.random()}`)).toBe(home);
    const after = await installation.start();
    expect(await ask(after, "bob")).toBe(home);
  });

  test("so it is for every mail: confirmation, recovery, change of address, invitation, and for links to hand over", async () => {
    const signedIn = await post(server, home, "/api/v1/auth/login", admin);
    const call = async (path: string, body: object) => {
      const answer = await post(server, home, `/api/v1${path}`, body, signedIn.cookies);
      expect(answer.status, answer.body).toBeLessThan(300);
      return answer.body === "" ? {} : (JSON.parse(answer.body) as { link?: string });
    };
    await post(server, "http://evil.example", "/api/v1/auth/recover", { email: admin.email });
    await call("/auth/email", { email: "new@example.org", currentPassword: testPassword });
    await call("/admin/users/invitations", { email: "guest@example.org" });
    const handed = await call("/admin/users/invitations", { email: "other@example.org", asLink: true });
    expect(new URL(handed.link as string).origin).toBe(home);
    for (const address of [admin.email, admin.email, "new@example.org", "guest@example.org"]) {
      const link = await linkOf(address);
      expect(link.origin + link.pathname).toBe(`${home}/recover`);
    }
  });

  test("PUBLIC_URL is the last word", async () => {
    const node = await installation.start({ PUBLIC_URL: home });
    const signedIn = await post(node, "http://10.0.0.7:3000", "/api/v1/auth/login", admin);
    const body = { email: "guest@example.org", asLink: true };
    const invited = await post(node, "http://10.0.0.7:3000", "/api/v1/admin/users/invitations", body, signedIn.cookies);
    expect(new URL((JSON.parse(invited.body) as { link: string }).link).origin).toBe(home);
  });
});
