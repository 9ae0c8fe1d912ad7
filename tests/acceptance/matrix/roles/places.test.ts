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

describe.each(Object.entries(places))("%s", (place, { applies, make }) => {
  const trash = place === "in the trash";
  const allowed = (role: Role | null, isOwner: boolean, action: Action): boolean => {
    if (role === null || !(applies || isOwner)) return false;
    if (!trash) return roleMayAll(role, action.needs);
    if (toTheTop.has(action.what)) return isOwner;
    return ofTrash.has(action.what) && roleMayAll(role, ["restore"]);
  };
  const refusals = (role: Role | null, isOwner: boolean, action: Action): number[] => {
    if (role === null || !(applies || isOwner) || trash || action.inTrash) return [404];
    return roleMayAll(role, ["see"]) ? [403] : [403, 404];
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
    for (const action of actions.filter((one) => !allowed(role, isOwner, one))) {
      const { status, text } = await outcomeOf(await action.ask(who(), shared));
      const right = refusals(role, isOwner, action).includes(status);
      outcomes[action.what] = right ? "refused" : `${status} ${text}`;
      wanted[action.what] = "refused";
    }
    expect(outcomes).toEqual(wanted);
    expect(await everything(pool())).toEqual(before);

    let current = shared;
    for (const action of actions.filter((one) => allowed(role, isOwner, one))) {
      const { status, text } = await outcomeOf(await action.ask(who(), current));
      outcomes[action.what] = status >= 200 && status < 300 ? "done" : `${status} ${text}`;
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
