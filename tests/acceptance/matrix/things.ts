import { randomUUID } from "node:crypto";
import {
  addComment,
  addGroupMember,
  adminCreateAlertChannel,
  adminInviteUser,
  adminRewindUser,
  copyFile,
  createAccessToken,
  createBackup,
  createBackupSchedule,
  createFolder,
  createGrant,
  createGroup,
  createShare,
  createSpace,
  enrolFactor,
  getBackup,
  getCopy,
  getRestore,
  listBackupTargets,
  listPasskeys,
  listVersions,
  type Operation,
  removePasskey,
  restoreBackup,
} from "../../../packages/contract/src/index.ts";
import { type CreationOptions, createSoftwareAuthenticator } from "../../support/auth/software-authenticator.ts";
import { type Person, signIn } from "../../support/person.ts";
import { eventually, type TestServer } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";

/** What an operation is asked about: values for its path, and for its query where it has to name something in it. */
export interface Things {
  params: Record<string, string>;
  query?: Record<string, string>;
  /** Where the body has to name something that is there. */
  body?: Record<string, unknown>;
}

export interface World {
  readonly server: TestServer;
  /** Whose things they are. */
  owner(): Person;
}

type Make = (world: World, operation: Operation) => Promise<Things>;

async function newFile({ owner }: World): Promise<Things> {
  const file = await owner().put(`${randomUUID()}.txt`, "the owner's");
  const { items } = (await (await owner().fetch(`/api/v1/files/${file.id}/versions`)).json()) as {
    items: { id: string }[];
  };
  return { params: { id: file.id, versionId: items[0]?.id as string } };
}

/** The one that the owner has: at most twenty are allowed, and the matrix asks for more. */
async function newPasskey({ owner }: World): Promise<Things> {
  for (const { id } of (await owner().call(listPasskeys)).items) await owner().call(removePasskey, { params: { id } });
  // Passkeys belong to a host name, and the server of the test is a number.
  const origin = "http://localhost";
  const post = async (path: string, body: unknown) => {
    const headers = { origin, "content-type": "application/json" };
    const answer = await owner().fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    return answer.json() as Promise<{ challengeId: string; options: CreationOptions; passkey: { id: string } }>;
  };
  const { challengeId, options } = await post("/api/v1/auth/passkeys/start", {});
  const credential = createSoftwareAuthenticator(origin).create(options);
  const { passkey } = await post("/api/v1/auth/passkeys", { challengeId, credential, name: randomUUID() });
  return { params: { id: passkey.id } };
}

/** With a former version, which is the one that is named. */
async function newFormer({ owner }: World): Promise<Things> {
  const name = `${randomUUID()}.txt`;
  await owner().put(name, "the owner's");
  const { id } = await owner().put(name, "the owner's, again", { onConflict: "replace" });
  const { items } = await owner().call(listVersions, { params: { id } });
  return { params: { id, versionId: items.at(-1)?.id as string } };
}

async function newFolder({ owner }: World): Promise<Things> {
  return { params: { id: (await owner().call(createFolder, { body: { name: randomUUID() } })).id } };
}

/** With the owner as its manager, who has made none before: nobody makes more than a hundred. */
async function newTeam({ server, owner }: World, operation: Operation): Promise<Things> {
  await server.services.pool.query("update holdfast.spaces set created_by = null where kind = 'team'");
  const { id, name } = await owner().call(createSpace, { body: { name: randomUUID() } });
  return { params: { id }, ...(operation.method === "DELETE" ? { query: { name } } : {}) };
}

/** With the owner in it, and in no other: nobody is in more than two hundred. */
async function newGroup({ server, owner }: World): Promise<Things> {
  await server.services.pool.query("delete from holdfast.group_members where user_id = $1", [owner().id]);
  const { id } = await server.admin.call(createGroup, { body: { name: randomUUID() } });
  await server.admin.call(addGroupMember, { params: { id }, body: { userId: owner().id } });
  return { params: { id, userId: owner().id }, body: { userId: owner().id } };
}

async function trashed(world: World, things: Things): Promise<Things> {
  await world.owner().fetch(`/api/v1/files/${things.params.id}`, { method: "DELETE" });
  return things;
}

/** Of a folder that counts as a large one for as long as it takes to ask. */
async function newCopy({ server, owner }: World): Promise<Things> {
  const { id } = await owner().call(createFolder, { body: { name: randomUUID() } });
  await owner().put("inside.txt", "x", { parentId: id });
  const { files } = server.services;
  const usual = files.copiedAtOnce;
  files.copiedAtOnce = 1;
  try {
    const copy = await owner().call(copyFile, { params: { id }, body: {} });
    return { params: { id: await completed(owner(), copy.id) } };
  } finally {
    files.copiedAtOnce = usual;
  }
}

function completed(person: Person, id: string): Promise<string> {
  return eventually(async () => {
    const { status } = await person.call(getCopy, { params: { id } });
    return status === "completed" ? id : null;
  }, 60_000);
}

async function grantOn(id: string, from: Person, to: Person): Promise<string> {
  const body = { granteeType: "user" as const, granteeId: to.id, role: "viewer" as const };
  return (await from.call(createGrant, { params: { id }, body })).id;
}

/** The owner's to somebody. */
async function newGrant(world: World): Promise<Things> {
  const { id } = (await newFile(world)).params;
  return { params: { id: await grantOn(id as string, world.owner(), await someone(world)) } };
}

/** Somebody's to the owner. */
async function newShared(world: World): Promise<Things> {
  const giver = await someone(world);
  const { id } = await giver.put(`${randomUUID()}.txt`, "shared");
  await grantOn(id, giver, world.owner());
  return { params: { id } };
}

const others = new WeakMap<World, Promise<Person>>();
function someone(world: World): Promise<Person> {
  let person = others.get(world);
  if (!person) others.set(world, (person = world.server.person()));
  return person;
}

async function newUpload({ owner }: World): Promise<Things> {
  const headers = { "upload-length": 5, "upload-metadata": metadataOf({ filename: randomUUID() }) };
  const answer = await tus(owner(), "POST", "/api/v1/uploads", { headers });
  return { params: { id: answer.headers.get("location")?.split("/").at(-1) as string } };
}

/** All its bytes are there, and its name is taken: its owner has to decide. */
async function refusedUpload({ owner }: World): Promise<Things> {
  const filename = `${randomUUID()}.txt`;
  await owner().put(filename, "in the way");
  const answer = await tus(owner(), "POST", "/api/v1/uploads", {
    headers: { "upload-length": 5, "upload-metadata": metadataOf({ filename }) },
    body: Buffer.from("bytes"),
  });
  return { params: { id: answer.headers.get("location")?.split("/").at(-1) as string } };
}

async function newSession({ server, owner }: World): Promise<Things> {
  const session = await signIn(server.url, owner().email);
  const { items } = (await (await session.fetch("/api/v1/auth/sessions")).json()) as {
    items: { id: string; current: boolean }[];
  };
  return { params: { id: items.find(({ current }) => current)?.id as string } };
}

async function newAlert({ server }: World): Promise<Things> {
  const { rows } = await server.services.pool.query<{ id: string }>(
    "insert into holdfast.alerts (id, kind, subject, severity, title) values (holdfast.uuid7(), 'made.up', $1, 'info', 'x') returning id",
    [randomUUID()],
  );
  return { params: { id: rows[0]?.id as string } };
}

async function newNotification({ server, owner }: World): Promise<Things> {
  const { rows } = await server.services.pool.query<{ id: string }>(
    "insert into holdfast.notifications (user_id, kind, detail) values ($1, 'grant.ended', '{}') returning id",
    [owner().id],
  );
  return { params: { id: rows[0]?.id as string } };
}

/** Its author's last minute is over, so that many can be made. */
async function newComment(world: World): Promise<Things> {
  const { params } = await newFile(world);
  const { id } = await world.owner().call(addComment, { params: { id: params.id as string }, body: { text: "said" } });
  await world.server.services.pool.query("update holdfast.comments set created_at = now() - interval '1 hour'");
  return { params: { id } };
}

/** One backup with one file serves all that only look: it takes seconds. */
const finished = new WeakMap<World, Promise<string>>();

async function makeBackup({ owner }: World): Promise<string> {
  await owner().put("in the backup.txt", "bytes", { onConflict: "replace" });
  const { id } = await owner().call(createBackup, { body: {} });
  return eventually(async () => {
    const { status } = await owner().call(getBackup, { params: { id } });
    return status === "completed" ? id : null;
  }, 60_000);
}

async function backup(world: World, operation: Operation): Promise<Things> {
  if (operation.id === "deleteBackup") return { params: { id: await makeBackup(world) } };
  let id = finished.get(world);
  if (!id) finished.set(world, (id = makeBackup(world)));
  const named = operation.path.endsWith("/content") ? { query: { path: "in the backup.txt" } } : {};
  return { params: { id: await id }, ...named };
}

async function newRestore(world: World, operation: Operation): Promise<Things> {
  const { params } = await backup(world, { ...operation, id: "getBackup" });
  const body = { mode: "new-folder" as const };
  const { id } = await world.owner().call(restoreBackup, { params: { id: params.id as string }, body });
  await eventually(
    async () => (await world.owner().call(getRestore, { params: { id } })).status === "completed",
    60_000,
  );
  return { params: { id } };
}

/** Every kind of thing that a path can name, by its path. What is not here is refused, so that a new kind has to be added. */
const kinds: readonly [RegExp, Make][] = [
  [/^\/api\/v1\/files\/\{id\}\/restore$/, async (world) => trashed(world, await newFile(world))],
  [/^\/api\/v1\/files\/\{id\}\/(totals|inheritance)$/, newFolder],
  [/^\/api\/v1\/grants\/\{id\}/, newGrant],
  [/^\/api\/v1\/shared-with-me\/\{id\}/, newShared],
  [/^\/api\/v1\/trash\/\{id\}/, async (world) => trashed(world, await newFolder(world))],
  [/^\/api\/v1\/files\/\{id\}\/versions\/\{versionId\}$/, newFormer],
  // To the top of who asks: from one's own files it ends nothing.
  [
    /^\/api\/v1\/files\/\{id\}\/move-check$/,
    async (world) => ({ ...(await newFile(world)), body: { parentId: null } }),
  ],
  [/^\/api\/v1\/files\/\{id\}/, newFile],
  [/^\/api\/v1\/spaces\/\{id\}/, newTeam],
  [/^\/api\/v1\/groups\/\{id\}/, newGroup],
  [/^\/api\/v1\/comments\/\{id\}/, newComment],
  [/^\/api\/v1\/notifications\/\{id\}/, newNotification],
  [/^\/api\/v1\/copies\/\{id\}/, newCopy],
  [/^\/api\/v1\/uploads\/\{id\}\/finish/, refusedUpload],
  [/^\/api\/v1\/uploads\/\{id\}/, newUpload],
  [/^\/api\/v1\/auth\/sessions\/\{id\}/, newSession],
  [
    /^\/api\/v1\/auth\/tokens\/\{id\}/,
    async ({ owner }) => {
      const { id } = await owner().call(createAccessToken, { body: { name: randomUUID(), scopes: ["shares"] } });
      return { params: { id } };
    },
  ],
  [
    /^\/api\/v1\/auth\/mfa\/factors\/\{id\}/,
    async ({ owner }) => ({ params: { id: (await owner().call(enrolFactor, { body: { name: randomUUID() } })).id } }),
  ],
  [/^\/api\/v1\/auth\/passkeys\/\{id\}/, newPasskey],
  [
    /^\/api\/v1\/shares\/\{id\}/,
    async (world) => {
      const fileId = (await newFile(world)).params.id as string;
      const { id } = await world.owner().call(createShare, { body: { fileId, linkType: "permanent" } });
      return { params: { id } };
    },
  ],
  [/^\/api\/v1\/backups\/\{id\}/, backup],
  [/^\/api\/v1\/restores\/\{id\}/, newRestore],
  [
    /^\/api\/v1\/backup-schedules\/\{id\}/,
    async ({ owner }) => ({
      params: { id: (await owner().call(createBackupSchedule, { body: { preset: "daily" } })).id },
    }),
  ],
  [
    /^\/api\/v1\/admin\/users\/invitations\/\{id\}/,
    async ({ server }) => {
      const body = { email: `${randomUUID()}@example.org`, asLink: true };
      return { params: { id: (await server.admin.call(adminInviteUser, { body })).user.id } };
    },
  ],
  [
    /^\/api\/v1\/admin\/users\/\{id\}\/rewinds\/\{rewindId\}/,
    async ({ server }) => {
      const { id } = await server.person();
      const body = { to: new Date().toISOString(), dryRun: true };
      const rewind = await server.admin.call(adminRewindUser, { params: { id }, body });
      return { params: { id, rewindId: rewind.id } };
    },
  ],
  [
    /^\/api\/v1\/admin\/users\/\{id\}\/transfer$/,
    async ({ server }) => ({ params: { id: (await server.person()).id }, body: { toSpaceId: server.admin.id } }),
  ],
  [/^\/api\/v1\/admin\/users\/\{id\}/, async ({ server }) => ({ params: { id: (await server.person()).id } })],
  [
    /^\/api\/v1\/backup-targets\/\{id\}/,
    async ({ server }) => {
      const { items } = await server.admin.call(listBackupTargets, {});
      return { params: { id: items[0]?.id as string } };
    },
  ],
  [
    /^\/api\/v1\/admin\/alert-channels\/\{id\}/,
    async ({ server }) => {
      const body = { kind: "slack" as const, name: randomUUID(), url: "http://127.0.0.1:9/hook" };
      return { params: { id: (await server.admin.call(adminCreateAlertChannel, { body })).channel.id } };
    },
  ],
  [/^\/api\/v1\/admin\/alerts\/\{id\}/, newAlert],
  // Nothing has failed in a new installation: it is asked for one that is not there.
  [/^\/api\/v1\/admin\/jobs\/\{name\}\/\{id\}/, async () => ({ params: { name: "files.purge", id: randomUUID() } })],
];

/** Real things of the owner's, for whatever an operation's path names. @throws Error for a kind that nobody makes */
export async function thingsOf(world: World, operation: Operation): Promise<Things> {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string);
  if (names.length === 0) return { params: {} };
  const make = kinds.find(([path]) => path.test(operation.path))?.[1];
  if (!make) throw new Error(`nothing is made for ${operation.path}: add its kind to things.ts`);
  const things = await make(world, operation);
  for (const name of names) if (!things.params[name]) throw new Error(`${operation.path}: no ${name} was made`);
  return things;
}
