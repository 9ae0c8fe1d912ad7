import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import {
  type Alert,
  adminEndSessions,
  adminGetRewind,
  adminListAlerts,
  adminRewindUser,
  createFolder,
  deleteFile,
  listFiles,
  updateFile,
} from "../../../packages/contract/src/index.ts";
import { type Person, signIn } from "../../support/person.ts";
import { eventually, startServer, type TestServer } from "../../support/server.ts";

vi.setConfig({ testTimeout: 600_000 });

const count = 2000;
let server: TestServer;
let ann: Person;
beforeAll(async () => {
  server = await startServer();
  ann = await server.person("ann");
});
afterAll(() => server.close());

const alerts = async (state: "open" | "all" = "open"): Promise<Alert[]> => {
  const { items } = await server.admin.call(adminListAlerts, { query: { state } });
  return items.filter(({ kind }) => kind.startsWith("suspicious."));
};
const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const numbers = Array.from({ length: count }, (_, n) => n);
async function each<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  for (let i = 0; i < items.length; i += 20) await Promise.all(items.slice(i, i + 20).map(work));
}
/** The worker looks every quarter of a minute: two of its looks at what is there now. */
const looks = () => new Promise((resolve) => setTimeout(resolve, 32_000));

test("a client encrypts 2,000 files of its user: one alert within a minute, and its action brings them back to the byte", async () => {
  const { id: parentId } = await ann.call(createFolder, { body: { name: "Work" } });
  const files: { id: string; name: string; sha256: string }[] = [];
  await each(numbers, async (n) => {
    const bytes = Buffer.from(`Invoice ${n}\n`.repeat(40));
    const { id, name } = await ann.put(`invoice ${n}.txt`, bytes, { parentId });
    files.push({ id, name, sha256: hash(bytes) });
  });
  // The rest of an ordinary day: photos come and are exported again, files are renamed, cleaned out and edited.
  const photo = () => Buffer.concat([Buffer.from("ffd8ffe000104a46494600010100000100010000", "hex"), randomBytes(900)]);
  await each(numbers.slice(0, 100), async (n) => {
    const { id } = await ann.put(`IMG_${n}.jpg`, photo());
    await ann.put(`IMG_${n}.jpg`, photo(), { onConflict: "replace" });
    await ann.call(updateFile, { params: { id }, body: { name: `Holiday ${n}.jpg` } });
    if (n % 2) await ann.call(deleteFile, { params: { id }, query: {} });
  });
  await looks();
  expect(await alerts("all")).toEqual([]);

  const client = await signIn(server.url, ann.email);
  await each(files, async ({ id, name }) => {
    const way = Number(/\d+/.exec(name)) % 3;
    if (way === 2) {
      await client.put(`${name}.locked`, randomBytes(500), { parentId });
      await client.call(deleteFile, { params: { id }, query: {} });
      return;
    }
    await client.put(name, randomBytes(500), { parentId, onConflict: "replace" });
    if (way === 1) await client.call(updateFile, { params: { id }, body: { name: `${name}.locked` } });
  });
  const raised = await eventually(async () => (await alerts())[0], 60_000);
  expect(raised.kind).toBe("suspicious.mass-change");
  await looks();
  const all = await alerts("all");
  expect(all).toHaveLength(1);
  const { actions } = (all[0] as Alert).data as { actions: { kind: string; userId: string; to: string }[] };
  const action = actions.find(({ kind }) => kind === "rewind");
  expect(actions.map(({ kind }) => kind)).toEqual(["end-sessions", "lock", "rewind"]);

  await server.admin.call(adminEndSessions, { params: { id: ann.id } });
  expect((await client.fetch("/api/v1/me")).status).toBe(401);
  const { id } = await server.admin.call(adminRewindUser, {
    params: { id: action?.userId as string },
    body: { to: action?.to as string },
  });
  const rewound = await eventually(async () => {
    const found = await server.admin.call(adminGetRewind, { params: { id: ann.id, rewindId: id } });
    return found.status === "running" ? null : found;
  }, 120_000);
  expect(rewound).toMatchObject({ status: "completed", notDone: [], exact: true });

  const back = await signIn(server.url, ann.email);
  const names: string[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: { items: { name: string }[]; nextCursor: string | null } = await back.call(listFiles, {
      query: { parentId, limit: 1000, ...(cursor ? { cursor } : {}) },
    });
    names.push(...page.items.map(({ name }) => name));
    cursor = page.nextCursor;
    if (!cursor) break;
  }
  expect(names.sort()).toEqual(files.map(({ name }) => name).sort());
  await each(files, async (file) => expect(hash(await back.read(file.id))).toBe(file.sha256));
  await eventually(async () => (await alerts()).length === 0, 60_000);
  expect(await alerts("all")).toHaveLength(1);
});
