import { expect, test } from "vitest";
import { requestOf } from "./formats.ts";
import { messageOf, testMessage } from "./message.ts";

const alert = {
  ...{
    id: "0190a0a0-0000-7000-8000-000000000001",
    kind: "disk.full",
    subject: "files1",
    severity: "critical" as const,
  },
  title: "Uploads are refused: <the disk> of *files1* & more is almost full.",
  ...{ openedAt: new Date("2026-11-30T08:00:00Z"), resolvedAt: null },
};
const now = new Date("2026-11-30T08:01:00Z");
const opened = messageOf("0190a0a0-0000-7000-8000-000000000002", "opened", alert, "https://files.example.org");
const resolved = messageOf("r", "resolved", { ...alert, resolvedAt: now }, "https://files.example.org");
const asked = (...args: Parameters<typeof requestOf>) => {
  const { body, ...rest } = requestOf(...args);
  return { ...rest, body: JSON.parse(body) as Record<string, any> };
};

test("ntfy: to the server, with the topic in the body", () => {
  const { url, body, headers } = asked(
    "ntfy",
    opened,
    { url: "https://ntfy.example.org/sub/my-topic", token: "tk" },
    now,
  );
  expect(url).toBe("https://ntfy.example.org/sub");
  expect(headers.authorization).toBe("Bearer tk");
  expect(body).toMatchObject({ topic: "my-topic", priority: 5, click: "https://files.example.org/admin/storage" });
  expect(body.title).toMatch(/^Critical: Uploads are refused/);
  expect(body.message).toContain("What to do: ");
  expect(asked("ntfy", resolved, { url: "https://ntfy.sh/t" }, now).body).toMatchObject({ topic: "t", priority: 3 });
});

test("Slack: what means something there is escaped", () => {
  const { body } = asked("slack", opened, { url: "https://hooks.slack.com/services/a" }, now);
  expect(body.text).toContain("&lt;the disk&gt;");
  expect(body.text).toContain("&amp; more");
  expect(body.text).toContain("<https://files.example.org/admin/storage|");
});

test("Discord: mentions nobody, and keeps to its limits", () => {
  const long = messageOf("x", "opened", { ...alert, title: "long ".repeat(200) }, "https://files.example.org");
  const { body } = asked("discord", long, { url: "https://discord.com/api/webhooks/1/a" }, now);
  expect(body.allowed_mentions).toEqual({ parse: [] });
  expect(body.embeds[0].title.length).toBeLessThanOrEqual(256);
});

test("Matrix: the same message has the same transaction", () => {
  const address = { url: "https://matrix.example.org/", room: "!a b:example.org", token: "syt" };
  const { method, url, headers, body } = asked("matrix", opened, address, now);
  expect(method).toBe("PUT");
  expect(url).toBe(
    `https://matrix.example.org/_matrix/client/v3/rooms/!a%20b%3Aexample.org/send/m.room.message/${opened.id}`,
  );
  expect(headers.authorization).toBe("Bearer syt");
  expect(body.msgtype).toBe("m.text");
});

test("Gotify: by the token of the application", () => {
  const { url, headers, body } = asked("gotify", opened, { url: "https://gotify.example.org/", token: "app" }, now);
  expect([url, headers["x-gotify-key"], body.priority]).toEqual(["https://gotify.example.org/message", "app", 9]);
});

test("what is over says when it was, and a test says that it is one", () => {
  expect(asked("gotify", resolved, { url: "https://g" }, now).body).toMatchObject({
    title: expect.stringMatching(/^Resolved: /),
    message: "It began on 2026-11-30 08:00 UTC and was over on 2026-11-30 08:01 UTC.",
  });
  expect(asked("slack", testMessage("t", now, "https://f"), { url: "https://s" }, now).body.text).toContain("*Test: ");
});
