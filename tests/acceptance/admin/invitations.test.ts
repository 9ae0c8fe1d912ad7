import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../packages/contract/src/client.ts";
import {
  adminInviteUser,
  adminListInvitations,
  adminListUsers,
  adminResendInvitation,
  adminRevokeInvitation,
  adminUpdateUser,
  confirmRecovery,
} from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import type { AuthServer } from "../../support/auth/auth-server.ts";
import { type Installation, modes, openInstallation } from "../../support/auth/modes.ts";
import { type Person, signIn, testPassword } from "../../support/person.ts";

/** Every test twice: with the embedded service, and with one elsewhere that stands in for a real Supabase. */
describe.each(modes)("%s", (mode) => {
  let mailbox: Mailbox;
  let installation: Installation;
  let server: AuthServer;
  let admin: Person;
  beforeAll(async () => {
    mailbox = await startMailbox();
    installation = await openInstallation(mode, {
      mailbox,
      supabase: { siteUrl: "http://localhost:3000", ourTemplates: true },
      env: {
        HOLDFAST_AUTH_RATE_LIMIT: "0",
        HOLDFAST_ADMIN_EMAIL: "admin@example.org",
        HOLDFAST_ADMIN_PASSWORD: testPassword,
      },
    });
    server = await installation.start();
    admin = await signIn(server.url, "admin@example.org");
  });
  afterAll(async () => {
    await installation.close();
    await mailbox.close();
  });

  const accept = (tokenHash: string) =>
    createClient({ baseUrl: server.url })(confirmRecovery, {
      body: { tokenHash, password: "chosen by the guest", type: "invite" },
    });
  const hashOf = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get("token_hash") as string;
  const list = async () => (await admin.call(adminListInvitations)).items;
  const invite = (email: string, more: object = {}) => admin.call(adminInviteUser, { body: { email, ...more } });

  test("who was invited, by whom and until when, until they come in", async () => {
    const before = Date.now();
    const { user } = await invite("guest@example.org", { displayName: "Guest", quotaBytes: 1000, role: "admin" });
    const handed = await invite("handed@example.org", { asLink: true });
    const [second, first] = await list();
    expect(first).toMatchObject({
      ...{ id: user.id, email: "guest@example.org", displayName: "Guest", role: "admin", quotaBytes: 1000 },
      ...{ byMail: true, sentBy: { id: admin.id, email: "admin@example.org" } },
    });
    expect(second).toMatchObject({ email: "handed@example.org", byMail: false, role: "user" });
    expect(Date.parse(first?.sentAt as string)).toBeGreaterThanOrEqual(before);
    // How long a Supabase lets its links live it does not tell.
    const week = mode === "embedded" ? Date.parse(first?.sentAt as string) + 7 * 86_400_000 : Number.NaN;
    expect(Date.parse(String(first?.expiresAt))).toEqual(week);
    await accept(hashOf(handed.link as string));
    expect((await list()).map(({ email }) => email)).toEqual(["guest@example.org"]);
    expect((await signIn(server.url, "handed@example.org", "chosen by the guest")).user.role).toBe("user");
    await admin.call(adminRevokeInvitation, { params: { id: user.id } });
  });

  test("sent once more, the former link is dead and the new one opens; by mail or to hand over", async () => {
    const { user, link } = await invite("again@example.org", { asLink: true, role: "admin", displayName: "Twice" });
    const again = await admin.call(adminResendInvitation, { params: { id: user.id }, body: {} });
    expect(again).toEqual({ link: null });
    const mailed = (await mailbox.next("again@example.org")).link().href;
    await expect(accept(hashOf(link as string))).rejects.toMatchObject({ code: "link_expired" });
    expect(await list()).toMatchObject([{ id: user.id, byMail: true, role: "admin", displayName: "Twice" }]);
    const byHand = await admin.call(adminResendInvitation, { params: { id: user.id }, body: { asLink: true } });
    await expect(accept(hashOf(mailed))).rejects.toMatchObject({ code: "link_expired" });
    await accept(hashOf(byHand.link as string));
    expect((await signIn(server.url, "again@example.org", "chosen by the guest")).user).toMatchObject({
      ...{ id: user.id, role: "admin", displayName: "Twice" },
    });
    const params = { id: user.id };
    await expect(admin.call(adminResendInvitation, { params, body: {} })).rejects.toMatchObject({ code: "not_found" });
    await admin.call(adminUpdateUser, { params, body: { role: "user" } });
  });

  test("taken back, the link is dead, the account gone and the address free; who has come in stays", async () => {
    const { user, link } = await invite("gone@example.org", { asLink: true });
    await admin.call(adminRevokeInvitation, { params: { id: user.id } });
    await expect(accept(hashOf(link as string))).rejects.toMatchObject({ code: "link_expired" });
    expect((await admin.call(adminListUsers, { query: { q: "gone@" } })).items).toEqual([]);
    await expect(admin.call(adminRevokeInvitation, { params: { id: user.id } })).rejects.toMatchObject({
      code: "not_found",
    });
    const back = await invite("gone@example.org", { asLink: true });
    await accept(hashOf(back.link as string));
    const params = { id: back.user.id };
    await expect(admin.call(adminRevokeInvitation, { params })).rejects.toMatchObject({ code: "not_found" });
    await expect(admin.call(adminRevokeInvitation, { params: { id: admin.id } })).rejects.toMatchObject({
      code: "not_found",
    });
    await signIn(server.url, "gone@example.org", "chosen by the guest");
  });

  test("taken up and taken back at once: either the person is in, or the account is gone", async () => {
    for (let round = 0; round < 8; round++) {
      const email = `race${round}@example.org`;
      const { user, link } = await invite(email, { asLink: true });
      const [revoked, accepted] = await Promise.allSettled([
        admin.call(adminRevokeInvitation, { params: { id: user.id } }),
        accept(hashOf(link as string)),
      ]);
      expect(revoked.status === "fulfilled" && accepted.status === "fulfilled").toBe(false);
      const found = (await admin.call(adminListUsers, { query: { q: email } })).items;
      expect(found).toHaveLength(revoked.status === "fulfilled" ? 0 : 1);
    }
  });

  test("page by page, newest first; the audit tells who did what", async () => {
    for (const open of await list()) await admin.call(adminRevokeInvitation, { params: { id: open.id } });
    for (const name of ["one", "two", "three"]) await invite(`${name}@example.org`, { asLink: true });
    const names: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await admin.call(adminListInvitations, { query: { limit: 2, ...(cursor ? { cursor } : {}) } });
      names.push(...page.items.map(({ email }) => email.split("@")[0] as string));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(names).toEqual(["three", "two", "one"]);
    const [last] = await list();
    await admin.call(adminRevokeInvitation, { params: { id: last?.id as string } });
    const { rows } = await server.pool.query(
      "select actor_id, action from holdfast.audit_log where target_id = $1 order by id",
      [last?.id],
    );
    expect(rows).toEqual(
      ["user.invite", "invitation.revoke", "user.delete"].map((action) => ({ actor_id: admin.id, action })),
    );
  });

  test("an administrator who was only invited is not the other one", async () => {
    const { user } = await invite("boss@example.org", { role: "admin", asLink: true });
    const demote = admin.call(adminUpdateUser, { params: { id: admin.id }, body: { role: "user" } });
    await expect(demote).rejects.toMatchObject({ code: "last_admin" });
    await admin.call(adminRevokeInvitation, { params: { id: user.id } });
  });
});
