import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Person } from "../../../support/person.ts";
import { startServer, type TestServer } from "../../../support/server.ts";
import { everything } from "../everything.ts";
import { type Action, actions, outcomeOf } from "./actions.ts";
import { grantTo, leaveGroup, makeGroup, type Role, roleMayAll, roles } from "./grants.ts";
import { places } from "./places.ts";

/** Operations × who asks × where what is asked for lies, as seen from a grant in another's space. */
let server: TestServer;
let owner: Person;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  [owner, person] = (await Promise.all(["owner", "person"].map((name) => server.person(name)))) as [Person, Person];
});
afterAll(() => server.close());
const pool = () => server.services.pool;

/** Who asks: what they are given, and the role that it comes to; null: none. */
interface Asking {
  who(): Person;
  role: Role | null;
  give(fileIds: string[]): Promise<unknown>;
}
const somebody = () => person;
const nothing = async () => {};
const asking: Record<string, Asking> = {
  stranger: { who: somebody, role: null, give: nothing },
  "admin without a grant": { who: () => server.admin, role: null, give: nothing },
  owner: { who: () => owner, role: "manager", give: nothing },
  "expired grant": {
    ...{ who: somebody, role: null },
    give: (ids) => grantTo(pool(), { userId: person.id, expired: true }, ids, "manager"),
  },
  "ex-member": {
    ...{ who: somebody, role: null },
    async give(ids) {
      const groupId = await makeGroup(pool(), person, server.admin);
      await grantTo(pool(), { groupId }, ids, "manager");
      await leaveGroup(pool(), person, groupId);
    },
  },
  "uploader and member of a group of viewers": {
    ...{ who: somebody, role: "contributor" },
    async give(ids) {
      await grantTo(pool(), { userId: person.id }, ids, "uploader");
      await grantTo(pool(), { groupId: await makeGroup(pool(), person) }, ids, "viewer");
    },
  },
};
for (const role of roles) {
  asking[role] = { who: somebody, role, give: (ids) => grantTo(pool(), { userId: person.id }, ids, role) };
  asking[`member of a group of ${role}s`] = {
    ...{ who: somebody, role },
    give: async (ids) => grantTo(pool(), { groupId: await makeGroup(pool(), person) }, ids, role),
  };
}

/** Of a folder in the trash and what is in it, who may restore it sees this much and may do this. */
const ofTrash = new Set([
  ...["a file's metadata", "a folder's metadata", "the bytes", "a range of the bytes", "the headers of the bytes"],
  ...["a former version's bytes", "an archive of a file", "an archive of a folder", "the versions"],
  ...["the totals of a folder", "one's own links to a file", "a file in the trash", "bytes in the trash"],
  ...["an archive of the trash", "a folder in the trash", "deleted for good", "bulk delete", "into the trash"],
  ...["bulk trash", "a former version deleted", "all former versions deleted"],
]);
/** Where it was is in the trash: it would come to the top of the space, where a grant on a folder allows nothing. */
const toTheTop = new Set(["out of the trash", "bulk restore"]);

/** Who adds to a folder that was given to them knows what it is called. */
const givenByName = new Set(["a folder's metadata"]);

describe.each(Object.entries(places))("%s", (place, { applies, make }) => {
  const trash = place === "in the trash";
  /** What must be done, what must be refused, and what of the trash may be either for who could restore it and has the role for it. */
  const verdict = (role: Role | null, isOwner: boolean, { what, needs, inTrash }: Action) => {
    if (role === null || !(applies || isOwner)) return { refusals: [404] };
    if (trash && !roleMayAll(role, ["restore"])) return { refusals: [404] };
    if (trash && toTheTop.has(what)) return isOwner ? { done: true } : { refusals: [403, 404] };
    if (trash && !ofTrash.has(what)) return roleMayAll(role, needs) ? { either: true } : { refusals: [403, 404] };
    if (place === "the file itself" && role === "uploader" && givenByName.has(what)) return { done: true };
    if (roleMayAll(role, needs)) return { done: true };
    return { refusals: inTrash ? [404] : roleMayAll(role, ["see"]) ? [403] : [403, 404] };
  };

  test.each(Object.entries(asking))("%s", { timeout: 120_000 }, async (name, { who, role, give }) => {
    const isOwner = name === "owner";
    const fresh = async () => {
      const { shared, grantedOn } = await make(owner, pool());
      await give(grantedOn);
      return shared;
    };
    const shared = await fresh();
    const outcomes: Record<string, unknown> = {};
    const wanted: Record<string, unknown> = {};
    const before = await everything(pool());
    for (const action of actions) {
      const { refusals } = verdict(role, isOwner, action);
      if (!refusals) continue;
      const { status, text } = await outcomeOf(await action.ask(who(), shared));
      const right = refusals.includes(status);
      outcomes[action.what] = right ? "refused" : `${status} ${text}`;
      wanted[action.what] = "refused";
    }
    expect(outcomes).toEqual(wanted);
    expect(await everything(pool())).toEqual(before);

    let current = shared;
    for (const action of actions) {
      const { refusals, either } = verdict(role, isOwner, action);
      if (refusals) continue;
      const { status, text } = await outcomeOf(await action.ask(who(), current));
      const done = (status >= 200 && status < 300) || (either && (status === 403 || status === 404));
      outcomes[action.what] = done ? "done" : `${status} ${text}`;
      wanted[action.what] = "done";
      // What only looks leaves all as it was.
      if (action.needs.some((intent) => intent !== "see" && intent !== "copy")) current = await fresh();
    }
    expect(outcomes).toEqual(wanted);

    const found = (await (await who().fetch(`/api/v1/search?q=${current.fileName}`)).json()) as {
      items: { id: string }[];
    };
    const seen = role !== null && (applies || isOwner) && !trash && roleMayAll(role, ["see"]);
    // Besides it, copies may be found that were made a moment ago.
    expect(found.items.some(({ id }) => id === current.fileId)).toBe(seen);
  });
});
