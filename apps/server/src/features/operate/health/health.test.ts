import { createServer } from "node:net";
import { expect, test } from "vitest";
import { createCertificate } from "../../../../../../tests/support/certificate.ts";
import { type Check, found, ok } from "./check.ts";
import { judgeKit, judgeLastBackup, judgePlaces, judgeRehearsal, judgeScrub } from "./checks/backups.ts";
import { judgeClock, judgePostgres } from "./checks/database.ts";
import { judgeMail, judgePublicUrl } from "./checks/network.ts";
import { judgeCertificate, judgeMemory, judgeNode, judgeSettings } from "./checks/server.ts";
import { lookAtHealth } from "./health.ts";

const now = new Date("2026-11-30T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000);

test("the worst comes first, and one that cannot be looked at takes no other along", async () => {
  const checks: Check[] = [
    { id: "fine", area: "server", look: () => ok("Fine.") },
    { id: "broken", area: "server", look: () => Promise.reject(new Error("it burns.")) },
    { id: "worst", area: "server", look: () => found("problem", "It is gone.", "Bring it back.") },
    { id: "not here", area: "server", look: () => null },
  ];
  const health = await lookAtHealth(checks, now);
  expect(health.state).toBe("problem");
  expect(health.checks.map(({ id, state }) => [id, state])).toEqual([
    ["worst", "problem"],
    ["broken", "warning"],
    ["fine", "ok"],
  ]);
  expect(health.checks[1]?.sentence).toBe("This could not be checked: it burns.");
});

test("without anything wrong the state is ok, and everything that is not ok has a remedy", async () => {
  expect((await lookAtHealth([{ id: "a", area: "server", look: () => ok("") }], now)).state).toBe("ok");
  const findings = [
    judgeNode("v20.1.0"),
    judgeMemory({ available: 1, total: 100, used: 50 }),
    judgeSettings(["X is unknown."]),
    judgePostgres(140_000, false),
    judgePostgres(180_001, true),
    judgePostgres(180_001, false),
    judgeClock(5_000),
    judgeLastBackup(null, false, now),
    judgeKit(null),
    judgePlaces([]),
    judgeScrub({ bad: 1, neverRead: 0, segments: 3 }),
    judgePublicUrl(null, "https://files.example.org"),
    await judgeMail(null, false),
  ];
  for (const { state, sentence, remedy } of findings) {
    expect([state, sentence]).not.toContain("ok");
    expect(remedy, sentence).toMatch(/\S/);
  }
});

test("backups: none, old ones, and ones that nobody makes", () => {
  expect(judgeLastBackup(daysAgo(1), true, now).state).toBe("ok");
  expect(judgeLastBackup(daysAgo(1), false, now)).toMatchObject({ state: "warning", action: "back_up" });
  expect(judgeLastBackup(daysAgo(3), true, now).state).toBe("warning");
  expect(judgeLastBackup(daysAgo(8), true, now).state).toBe("problem");
  const proof = { hasBackup: true, overdue: false, failure: null, provenAt: daysAgo(2).toISOString() };
  expect(judgeRehearsal(proof, now)?.state).toBe("ok");
  expect(judgeRehearsal({ ...proof, overdue: true }, now)?.state).toBe("warning");
  expect(judgeRehearsal({ ...proof, failure: "The disk is full." }, now)).toMatchObject({
    ...{ state: "problem", sentence: "The last test restore failed: The disk is full.", action: "rehearse" },
  });
  expect(judgeRehearsal({ ...proof, hasBackup: false }, now)).toBe(null);
});

test("the address people use is compared with PUBLIC_URL", () => {
  expect(judgePublicUrl("https://a.example", "https://a.example").state).toBe("ok");
  expect(judgePublicUrl("https://a.example", "https://b.example").sentence).toContain("https://b.example");
  expect(judgePublicUrl("https://a.example", "http://localhost:3000").state).toBe("ok");
  expect(judgePublicUrl(null, "http://localhost:3000").state).toBe("ok");
});

test("a certificate near its end, over, or for another name", () => {
  const { cert } = createCertificate();
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  expect(judgeCertificate(cert, "localhost", inDays(1)).state).toBe("ok");
  expect(judgeCertificate(cert, "127.0.0.1", inDays(1)).state).toBe("ok");
  expect(judgeCertificate(cert, "localhost", inDays(20)).state).toBe("warning");
  expect(judgeCertificate(cert, null, inDays(28)).state).toBe("problem");
  expect(judgeCertificate(cert, null, inDays(31)).sentence).toMatch(/ended on/);
  expect(judgeCertificate(cert, "b.example", inDays(1)).sentence).toContain("b.example");
});

test("a mail server that greets, one that refuses, and none", async () => {
  const server = createServer((socket) => socket.end("220 mail.example ESMTP\r\n")).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  expect((await judgeMail(`smtp://u:secret@127.0.0.1:${port}`, false)).state).toBe("ok");
  await new Promise((resolve) => server.close(resolve));
  const refused = await judgeMail(`smtp://u:secret@127.0.0.1:${port}`, false);
  expect(refused).toMatchObject({ state: "problem", sentence: expect.stringContaining("ECONNREFUSED") });
  expect(JSON.stringify(refused)).not.toContain("secret");
});
