import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import {
  adminInviteUser,
  confirmRecovery,
  createAccessToken,
  createBackup,
  createBackupTarget,
  createShare,
  enrolFactor,
  getBackup,
  login,
  recover,
  refresh,
  revokeAccessToken,
  searchFiles,
  updateMe,
} from "../../../packages/contract/src/index.ts";
import type { Mailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import { openBrowser } from "../../support/auth/browser.ts";
import { personOf, registerPerson } from "../../support/person.ts";
import type { Product } from "../../support/product.ts";
import { eventually } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";
import type { Secrets } from "./secrets.ts";

const random = () => randomBytes(12).toString("base64url");

/** Uses everything of a new installation that takes a secret: rightly, wrongly, and in ways that break. */
export async function doADaysWork(product: Product, mailbox: Mailbox, secrets: Secrets): Promise<void> {
  const { url } = product;
  const ask = (path: string, init?: RequestInit) => fetch(url + path, { redirect: "manual", ...init });
  const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
    ask(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });

  // Set-up, sign-in, renewal, by cookie and as a program.
  const email = "admin@example.org";
  const password = secrets.add("the admin's password", `Pass "wörd" ${random()}`);
  const token = secrets.add("the set-up token", product.setupToken);
  await post("/api/v1/setup", { token: secrets.add("a wrong set-up token", random()), email, password });
  const browser = openBrowser(url);
  await browser.request("POST", "/api/v1/setup", { token, email, password });
  for (const name of ["holdfast_access", "holdfast_refresh"]) secrets.add(`cookie ${name}`, browser.cookies.get(name));
  const used = browser.cookies.get("holdfast_refresh") as string;
  await browser.request("POST", "/api/v1/auth/refresh", {});
  for (const name of ["holdfast_access", "holdfast_refresh"]) secrets.add(`renewed ${name}`, browser.cookies.get(name));
  await ask("/api/v1/me", { headers: { cookie: `holdfast_access=x; holdfast_refresh=${used}` } });
  await post("/api/v1/auth/login", { email, password: secrets.add("a wrong password", `wrong ${random()}`) });
  const grant = (await (
    await post("/api/v1/auth/login", { email, password, transport: "bearer" })
  ).json()) as Parameters<typeof personOf>[1] & { refreshToken: string };
  const admin = personOf(url, grant);
  secrets.add("an access token", admin.token);
  secrets.add("a refresh token", grant.refreshToken);
  await admin.call(refresh, { body: { refreshToken: grant.refreshToken, transport: "bearer" } });
  await ask(`/api/v1/me?access_token=${admin.token}`, { headers: { authorization: `Bearer ${admin.token}x` } });
  const anonKey = (await readFile(join(product.dataDir, "keys", "anon-key"), "utf8")).trim();
  await post("/auth/v1/token?grant_type=password", { email, password }, { apikey: anonKey });
  await post(
    `/auth/v1/token?grant_type=refresh_token`,
    { refresh_token: secrets.add("a wrong refresh token", random()) },
    { apikey: anonKey },
  );

  // Access tokens and app passwords.
  const made = await admin.call(createAccessToken, { body: { name: "backup script", scopes: ["files:read"] } });
  secrets.add("a personal access token", made.token);
  const basic = secrets.add("an app password", Buffer.from(`${email}:${made.token}`).toString("base64"));
  await ask("/api/v1/files", { headers: { authorization: `Bearer ${made.token}` } });
  await ask("/api/v1/files", { headers: { authorization: `Basic ${basic}` } });
  await admin.call(revokeAccessToken, { params: { id: made.id } });
  await ask("/api/v1/files", { headers: { authorization: `Bearer ${made.token}` } });

  // A second factor.
  const factor = await admin.call(enrolFactor, { body: { name: "phone" } });
  secrets.add("a TOTP secret", factor.secret);
  await admin.fetch(`/api/v1/auth/mfa/factors/${factor.id}/verify`, {
    method: "POST",
    body: '{"code":"000000"}',
    headers: { "content-type": "application/json" },
  });
  await post("/api/v1/auth/mfa/verify", { challenge: secrets.add("a challenge", random()), code: "000000" });

  // Files: names and what is searched for are people's own.
  const name = secrets.add("a file's name", `salary ${random()}.txt`);
  const file = await admin.put(name, "the bytes", {});
  await admin.call(searchFiles, { query: { q: secrets.add("a search", `about ${random()}`) } });
  await ask(`/files/${file.id}?q=${encodeURIComponent(name)}`, {
    headers: { cookie: [...browser.cookies].map((pair) => pair.join("=")).join("; ") },
  });
  const upload = await tus(admin, "POST", "/api/v1/uploads", {
    headers: {
      "upload-length": 100,
      "upload-metadata": metadataOf({ filename: secrets.add("an upload's name", `tus ${random()}`) }),
    },
  });
  const address = upload.headers.get("location") as string;
  secrets.add("an upload's address", address.split("/").at(-1));
  await tus(admin, "PATCH", address, { headers: { "upload-offset": 0 }, body: Buffer.alloc(40, "a") });
  await tus(admin, "PATCH", address, { headers: { "upload-offset": 7 }, body: Buffer.alloc(40, "a") });
  await breakOff(
    url,
    `PATCH ${address} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${admin.token}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 40\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 60\r\n\r\nabc`,
  );
  await admin.call(updateMe, { body: { displayName: secrets.add("a display name", `Ann ${random()}`) } });

  await workWithLinks();
  await workWithMails();
  await workWithBackups();

  async function workWithLinks(): Promise<void> {
    const sharePassword = secrets.add("a link's password", `link ${random()}`);
    const share = await admin.call(createShare, {
      body: { fileId: file.id, linkType: "permanent", password: sharePassword, maxDownloads: 1 },
    });
    const shared = `/api/v1/public/shares/${secrets.add("a link's token", share.token)}`;
    const page = `/s/${share.token}`;
    for (const path of [
      page,
      `${page}?x=${share.token}`,
      `${page}/`,
      `/%73/${share.token}`,
      `/S/${share.token}`,
      `${page}/%zz`,
      `/s/${share.token.slice(1)}`,
    ]) {
      await ask(path);
      await ask(path, { method: "POST" });
      await breakOff(url, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n`);
    }
    await ask(page, { method: "HEAD" });
    for (const rest of ["", "/content", "/files", "/archive", "/nothing", "/unlock"]) await ask(shared + rest);
    await post(`${shared}/unlock`, { password: secrets.add("a wrong link password", `link ${random()}`) });
    const opened = await post(`${shared}/unlock`, { password: sharePassword });
    const cookie = opened.headers.getSetCookie().map((line) => line.split(";", 1)[0] as string);
    for (const pair of cookie) secrets.add("a link's cookie", pair.split("=")[1]);
    await ask(`${shared}/content`, { headers: { cookie: cookie.join("; ") } });
    await ask(`${shared}/content`, { headers: { "share-password": sharePassword } });
    await ask(`${shared}/files?name=${encodeURIComponent(name)}`, { method: "PUT", body: "x" });
    await breakOff(url, `GET ${page} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await breakOff(url, `GET ${shared} HTTP/1.1\r\nHost: x\r\nbroken ${share.token}\r\n\r\n`);
    await breakOff(url, `FETCH ${page} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await breakOff(url, `GET ${page} HTTP/1.1\r\nHost: x\r\nX-A: ${"a".repeat(20_000)}\r\n\r\n`);
  }

  async function workWithMails(): Promise<void> {
    const ben = await registerPerson(
      url,
      `ben-${random()
        .replace(/[^a-z0-9]/gi, "")
        .toLowerCase()}`,
    ).catch(() => null);
    await admin.call(adminInviteUser, { body: { email: "carl@example.org" } });
    const invitation = (await mailbox.next("carl@example.org")).link();
    const hash = secrets.add("an invitation", new URLSearchParams(invitation.hash.slice(1)).get("token_hash"));
    await ask(`${invitation.pathname}?${invitation.hash.slice(1)}`);
    await ask(`/auth/v1/verify?token=${hash}&type=invite`);
    await admin.call(recover, { body: { email } });
    const mail = await mailbox.next(email);
    const link = new URLSearchParams(mail.link().hash.slice(1)).get("token_hash");
    const tokenHash = secrets.add("a recovery link", link);
    await admin
      .call(confirmRecovery, { body: { tokenHash: secrets.add("a wrong recovery link", random()), password } })
      .catch(() => {});
    const next = secrets.add("a new password", `new ${random()}`);
    await admin.call(confirmRecovery, { body: { tokenHash, password: next } });
    const again = await admin.call(login, { body: { email, password: next, transport: "bearer" } });
    Object.assign(admin.headers, { authorization: `Bearer ${secrets.add("a later access token", again.accessToken)}` });
    await ask(`/auth/v1/verify?token=${tokenHash}&type=recovery&redirect_to=${encodeURIComponent(url)}`);
    await ask(
      `/auth/v1/callback?code=${secrets.add("a provider's code", random())}&state=${secrets.add("a state", random())}`,
    );
    await ask(`/api/v1/auth/oidc/callback?code=${secrets.add("a code", random())}`, {
      headers: { cookie: `holdfast_oidc=${random()}` },
    });
    if (ben) secrets.add("a person's token", ben.token);
  }

  async function workWithBackups(): Promise<void> {
    const kit = await (await admin.fetch("/api/v1/admin/backups/recovery-kit")).text();
    secrets.add("the backups' password", /PASSWORD OF THE BACKUPS\s+(\S+)/.exec(kit)?.[1]);
    const settings = { kind: "s3" as const, name: "bucket", endpoint: "http://127.0.0.1:1", bucket: "b" };
    const body = {
      ...settings,
      accessKeyId: secrets.add("a target's key id", `AK${random()}`),
      secretAccessKey: secrets.add("a target's key", random()),
    };
    await admin.call(createBackupTarget, { body }).catch(() => {});
    const { id } = await admin.call(createBackup, { body: { scope: "instance" } });
    await eventually(
      async () => ["completed", "failed"].includes((await admin.call(getBackup, { params: { id } })).status),
      60_000,
    );
    for (const entry of await readdir(join(product.dataDir, "keys"))) {
      const text = (await readFile(join(product.dataDir, "keys", entry), "utf8")).trim();
      for (const [, key] of text.matchAll(/"d":\s*"([^"]+)"/g)) secrets.add("a signing key", key);
      if (!text.startsWith("{") && entry !== "anon-key") secrets.add(`keys/${entry}`, text);
    }
  }
}

/** A connection that the client breaks as soon as the server says anything, or nothing for a moment. */
async function breakOff(url: string, request: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.once("data", () => resolve()).once("close", () => resolve());
    socket.write(request, () => socket.end());
  });
  socket.destroy();
}
