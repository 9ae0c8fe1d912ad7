import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  adminCreateUser,
  adminListAlertChannels,
  adminListRewinds,
  adminListUsers,
  createBackup,
  createFolder,
  getBackup,
  listAccessTokens,
  listBackupSchedules,
  listBackups,
  listBackupTargets,
  listComments,
  listFiles,
  listGroups,
  listRestores,
  listShares,
  listSpaces,
  listVersions,
  type Operation,
  operations,
} from "../../../packages/contract/src/index.ts";
import type { Person } from "../../support/person.ts";
import { eventually, type TestServer } from "../../support/server.ts";

/** One thing to be made by an operation, and how many of it a client finds. */
export interface Recipe {
  /** What is in the braces of the path. */
  params?: Record<string, string>;
  body?: unknown;
  /** How many there are of what this makes. */
  count(): Promise<number>;
  /** Waits for work that would otherwise serve a second request as well. */
  settled?(): Promise<unknown>;
}

/** Work whose worker lost the database in the middle is taken up again after a minute and a half without a sign. */
const PATIENCE_MS = 150_000;

export const keyed = operations.filter((operation) => operation.idempotencyKey);

let counter = 0;

/** By operation; the test fails where one that takes the header is missing here. */
export const recipes: Record<string, (server: TestServer, admin: Person) => Promise<Recipe>> = {
  async createFolder(_, { call }) {
    const parentId = await emptyFolder(call);
    return { body: { name: "made", parentId, onConflict: "rename" }, count: () => countIn(call, parentId) };
  },

  async copyFile(_, admin) {
    const parentId = await emptyFolder(admin.call);
    const { id } = await admin.put(`original ${++counter}`, "bytes");
    return { params: { id }, body: { parentId }, count: () => countIn(admin.call, parentId) };
  },

  async restoreVersion(_, admin) {
    const name = `versions ${++counter}`;
    const { id } = await admin.put(name, "first");
    await admin.put(name, "second", { onConflict: "replace" });
    const versions = async () => (await admin.call(listVersions, { params: { id } })).items;
    const versionId = (await versions()).at(-1)?.id as string;
    // The two that were there are not made by it.
    return { params: { id, versionId }, count: async () => (await versions()).length - 2 };
  },

  async createShare(_, admin) {
    const { id: fileId } = await admin.put(`shared ${++counter}`, "bytes");
    const count = async () => (await admin.call(listShares, { query: { fileId } })).items.length;
    return { body: { fileId, linkType: "permanent" }, count };
  },

  async addComment(_, admin) {
    const { id } = await admin.put(`commented ${++counter}`, "bytes");
    const count = async () => (await admin.call(listComments, { params: { id } })).items.length;
    return { params: { id }, body: { text: "a comment" }, count };
  },

  async createGroup(_, { call }) {
    const name = `group ${++counter}`;
    const count = async () => (await call(listGroups, {})).items.filter((group) => group.name === name).length;
    return { body: { name }, count };
  },

  async createSpace(_, { call }) {
    const name = `team ${++counter}`;
    const count = async () => (await call(listSpaces, {})).items.filter((team) => team.name === name).length;
    return { body: { name }, count };
  },

  async createAccessToken(_, { call }) {
    const name = `token ${++counter}`;
    const count = async () => (await call(listAccessTokens)).items.filter((token) => token.name === name).length;
    return { body: { name, scopes: ["files:read"] }, count };
  },

  async createBackup(_, { call }) {
    const all = async () => (await call(listBackups, { query: { limit: 1000 } })).items;
    const before = (await all()).length;
    const settled = () =>
      eventually(async () => (await all()).every(({ status }) => status === "completed"), PATIENCE_MS);
    return { body: {}, count: async () => (await all()).length - before, settled };
  },

  async restoreBackup(_, { call }) {
    const { id } = await call(createBackup, { body: {} });
    await eventually(async () => (await call(getBackup, { params: { id } })).status === "completed", PATIENCE_MS);
    const all = async () => (await call(listRestores, { query: { limit: 1000 } })).items;
    const count = async () => (await all()).filter(({ backupId }) => backupId === id).length;
    return { params: { id }, body: { mode: "new-folder" }, count };
  },

  async createBackupSchedule(_, { call }) {
    const cron = `${++counter % 60} 3 * * *`;
    const count = async () => (await call(listBackupSchedules)).items.filter((plan) => plan.cron === cron).length;
    return { body: { cron, timeZone: "UTC" }, count };
  },

  async createBackupTarget(_, { call }) {
    const name = `target ${++counter}`;
    const folder = join(await mkdtemp(join(tmpdir(), "holdfast-target-")), "backups");
    const count = async () => (await call(listBackupTargets)).items.filter((target) => target.name === name).length;
    return { body: { kind: "local", name, folder }, count };
  },

  async adminCreateAlertChannel(_, { call }) {
    const name = `channel ${++counter}`;
    const count = async () => (await call(adminListAlertChannels)).items.filter((item) => item.name === name).length;
    return { body: { kind: "webhook", name, url: "http://127.0.0.1:9/hook" }, count };
  },

  async adminRewindUser(_, { call }) {
    const body = { email: `rewound-${randomUUID()}@example.org`, password: "correct horse battery" };
    const { id } = await call(adminCreateUser, { body });
    const all = async () => (await call(adminListRewinds, { params: { id } })).items;
    const settled = () =>
      eventually(async () => (await all()).every(({ status }) => status !== "running"), PATIENCE_MS);
    return {
      params: { id },
      body: { to: new Date(Date.now() - 1).toISOString(), dryRun: true },
      count: async () => (await all()).length,
      settled,
    };
  },

  async adminCreateUser(_, admin) {
    const email = `made-${randomUUID()}@example.org`;
    return {
      body: { email, password: "correct horse battery", quotaBytes: 5000 },
      count: () => accounts(admin, email),
    };
  },

  async adminInviteUser(_, admin) {
    const email = `invited-${randomUUID()}@example.org`;
    return { body: { email, asLink: true, quotaBytes: 5000 }, count: () => accounts(admin, email) };
  },
};

async function emptyFolder(call: Person["call"]): Promise<string> {
  return (await call(createFolder, { body: { name: `folder ${++counter}` } })).id;
}

async function countIn(call: Person["call"], parentId: string): Promise<number> {
  return (await call(listFiles, { query: { parentId } })).items.length;
}

/** Accounts with this address that were made whole: with the quota that was asked for. */
async function accounts({ call }: Person, email: string): Promise<number> {
  const { items } = await call(adminListUsers, { query: { q: email } });
  return items.filter(({ quotaBytes }) => quotaBytes === 5000).length;
}

export function send(person: Person, operation: Operation, recipe: Recipe, headers: Record<string, string>) {
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => recipe.params?.[name] as string);
  return person.fetch(path, {
    method: operation.method,
    headers: { ...headers, ...(recipe.body === undefined ? {} : { "content-type": "application/json" }) },
    ...(recipe.body === undefined ? {} : { body: JSON.stringify(recipe.body) }),
  });
}
