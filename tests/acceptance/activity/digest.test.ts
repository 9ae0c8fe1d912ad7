import { afterAll, beforeAll, expect, test } from "vitest";
import {
  createFolder,
  getNotificationSettings,
  updateMe,
  updateNotificationSettings,
  updateNotifications,
} from "../../../packages/contract/src/index.ts";
import { type Mailbox, startMailbox } from "../../../packages/identity/src/testing/mailbox.ts";
import type { Person } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";
import { giveRole, takeRole } from "../matrix/roles/grants.ts";
import { mention, say, told } from "./support.ts";

let server: TestServer;
let mailbox: Mailbox;
let ada: Person;
let folderId: string;
beforeAll(async () => {
  mailbox = await startMailbox();
  server = await startServer({
    SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
    PUBLIC_URL: "https://files.example.org",
    // Who registers is signed in at once, as elsewhere.
    HOLDFAST_AUTH_AUTOCONFIRM: "on",
  });
  ada = await server.person("ada");
  await ada.call(updateMe, { body: { displayName: "Ada <script>alert(1)</script>" } });
  folderId = (await ada.call(createFolder, { body: { name: "shared" } })).id;
});
afterAll(async () => {
  await server.close();
  await mailbox.close();
});

const mails = ({ email }: Person) =>
  mailbox.received.filter(({ to, subject }) => to === email && subject.includes("notification"));
const older = (by: string, person: Person) =>
  server.services.pool.query(
    `update holdfast.notifications set created_at = created_at - interval '${by}' where user_id = $1`,
    [person.id],
  );
/** What is due is queued and, where there is something, sent. */
async function digest(): Promise<void> {
  await server.runJob("activity.digest");
  await eventually(async () => {
    const { rows } = await server.services.pool.query("select from holdfast.digests where begun_at is null");
    return rows.length === 0;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
}
async function reader(): Promise<Person> {
  const person = await server.person();
  await giveRole(server.services.pool, person, folderId, "viewer");
  return person;
}
const newFile = async (name: string) => (await ada.put(name, "x", { parentId: folderId, onConflict: "rename" })).id;
const quiet = () => server.services.pool.query("update holdfast.comments set created_at = now() - interval '1 hour'");
const choose = (person: Person, body: object) => person.call(updateNotificationSettings, { body });

test("one email sums up what was not read within a day, with sentences and links, once", async () => {
  const ben = await reader();
  const fileId = await newFile("plan <b>&.txt");
  await say(ada, fileId, `${mention(ben)} please **look** <img src=x>`);
  await say(ada, fileId, mention(ben));
  await digest();
  expect(mails(ben)).toEqual([]);
  await older("25 hours", ben);
  await digest();
  await digest();
  expect(mails(ben)).toHaveLength(1);
  const { subject, text, html } = mails(ben)[0] as (typeof mailbox.received)[number];
  expect(subject).toBe("2 new notifications (Holdfast)");
  expect(text).toContain("mentioned you in a comment on “plan <b>&.txt”");
  expect(text).toContain("please look <img src=x>");
  expect(text).toContain(`https://files.example.org/files/${folderId}?comments=${fileId}`);
  expect(html).toContain("plan &lt;b&gt;&amp;.txt");
  expect(html).not.toMatch(/<script|<img|<b>/);
});

test("not what was read in the page, nor kinds without email, nor to who wants none", async () => {
  const [one, two, three] = [await reader(), await reader(), await reader()];
  const fileId = await newFile("read.txt");
  await quiet();
  await say(ada, fileId, `${mention(one)} ${mention(two)} ${mention(three)}`);
  const [newest] = await told(one);
  await one.call(updateNotifications, { body: { readUpTo: newest?.id as string } });
  await choose(two, { kinds: [{ kind: "comment.mentioned", mail: false }] });
  await choose(three, { digest: "never" });
  for (const person of [one, two, three]) await older("3 days", person);
  await digest();
  for (const person of [one, two, three]) expect(mails(person)).toEqual([]);
});

test("at once means after a minute in which it was not read, hourly after an hour", async () => {
  const [one, two] = [await reader(), await reader()];
  await choose(one, { digest: "at-once" });
  await choose(two, { digest: "hourly" });
  await quiet();
  await say(ada, await newFile("soon.txt"), `${mention(one)} ${mention(two)}`);
  await digest();
  expect(mails(one)).toEqual([]);
  for (const person of [one, two]) await older("2 minutes", person);
  await digest();
  expect([mails(one).length, mails(two).length]).toEqual([1, 0]);
  await older("1 hour", two);
  await digest();
  expect(mails(two)).toHaveLength(1);
});

test("what has become invisible is named as it was told, without a link and its words", async () => {
  const ben = await reader();
  await quiet();
  await say(ada, await newFile("gone.txt"), `${mention(ben)} hush`);
  await takeRole(server.services.pool, ben, folderId);
  await older("25 hours", ben);
  await digest();
  const mail = mails(ben)[0];
  expect(mail?.text).toContain("“gone.txt”");
  expect(mail?.text).not.toMatch(/hush|comments=/);
});

test("a worker that is killed while the mail server has it sends nothing twice; one that was not reached is sent later", async () => {
  const [one, two] = [await reader(), await reader()];
  await quiet();
  await say(ada, await newFile("crash.txt"), `${mention(one)} ${mention(two)}`);
  const { pool } = server.services;
  const queued = async (person: Person, begun: string) => {
    const { rows } = await pool.query<{ id: string }>(
      `with d as (insert into holdfast.digests (id, user_id, begun_at) values (holdfast.uuid7(), $1, ${begun}) returning id)
       update holdfast.notifications n set mailed_at = now(), digest_id = d.id from d where n.user_id = $1 returning d.id`,
      [person.id],
    );
    return rows[0]?.id as string;
  };
  const mail = server.services.handlers.find(({ definition }) => definition.name === "activity.mail");
  const run = (digestId: string) =>
    mail?.run({ digestId }, { signal: new AbortController().signal, log: server.services.log });
  // Begun by a process that ended in the middle.
  await run(await queued(one, "now()"));
  expect(mails(one)).toEqual([]);
  const digestId = await queued(two, "null");
  await Promise.all([run(digestId), run(digestId)]);
  await run(digestId);
  expect(mails(two)).toHaveLength(1);
});

test("a link of the email turns it off without sign-in, and only one of this server's", async () => {
  const ben = await reader();
  await quiet();
  await say(ada, await newFile("off.txt"), mention(ben));
  await older("25 hours", ben);
  await digest();
  const token = /unsubscribe#token=(\S+)/.exec(mails(ben)[0]?.text ?? "")?.[1] as string;
  const post = async (given: string) => {
    const answer = await fetch(`${server.url}/api/v1/notifications/unsubscribe`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token: given }),
    });
    return answer.status;
  };
  const mac = token.slice(37);
  for (const forged of [
    "",
    "x",
    ben.id,
    `${ben.id}.`,
    `${ada.id}.${mac}`,
    `${token}x`,
    `${token.slice(0, -2)}xx`,
    `${token}.x`,
  ])
    expect(await post(forged)).toBe(404);
  expect((await ben.call(getNotificationSettings, {})).digest).toBe("daily");
  expect(await post(token)).toBe(204);
  expect(await post(token)).toBe(204);
  expect((await ben.call(getNotificationSettings, {})).digest).toBe("never");
  expect((await ada.call(getNotificationSettings, {})).digest).toBe("daily");
});
