import { randomBytes, randomInt, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFolder } from "../../../packages/contract/src/index.ts";
import { chargesOf } from "../../support/people/spaces.ts";
import type { Person } from "../../support/person.ts";
import { startServer, type TestServer } from "../../support/server.ts";
import { metadataOf, tus } from "../../support/uploads/tus.ts";
import { grantTo, makeGroup } from "../matrix/roles/grants.ts";

/** A role is taken back at some moment of what is done with it: that is done as a whole or not at all, and nothing is done after it. */
const rounds = Number(process.env.HOLDFAST_GRANT_ROUNDS ?? 6);

let server: TestServer;
let owner: Person;
let other: Person;
beforeAll(async () => {
  server = await startServer();
  [owner, other] = (await Promise.all(["owner", "other"].map((name) => server.person(name)))) as [Person, Person];
});
afterAll(() => server.close());
const pool = () => server.services.pool;
const json = { "content-type": "application/json" };

/** Each: what is asked, and whether it was done. */
interface Attempt {
  ask(): Promise<Response>;
  done(): Promise<boolean>;
}

async function makeAttempts(folderId: string): Promise<Record<string, Attempt>> {
  const folder = async () => (await owner.call(createFolder, { body: { name: randomUUID(), parentId: folderId } })).id;
  const exists = async (name: string, spaceId: string) => {
    const where =
      "select from holdfast.files where name = $1 and space_id = $2 and purged_at is null and trashed_at is null";
    return (await pool().query(where, [name, spaceId])).rowCount === 1;
  };
  const [moved, trashed] = [await folder(), await folder()];
  for (const parentId of [moved, trashed]) await owner.put("inside.txt", randomBytes(2_000), { parentId });
  const filename = `${randomUUID()}.bin`;
  const begun = await tus(other, "POST", "/api/v1/uploads", {
    headers: { "upload-length": 200_000, "upload-metadata": metadataOf({ filename, parentId: folderId }) },
  });
  const location = begun.headers.get("location") as string;
  const put = `${randomUUID()}.txt`;
  const spaceOf = async (id: string) =>
    (await pool().query("select space_id from holdfast.files where id = $1", [id])).rows[0].space_id as string;
  return {
    tus: {
      ask: () => tus(other, "PATCH", location, { headers: { "upload-offset": 0 }, body: randomBytes(200_000) }),
      done: () => exists(filename, owner.id),
    },
    put: {
      ask: () => other.fetch(`/api/v1/files/content?name=${put}&parentId=${folderId}`, { method: "PUT", body: "sent" }),
      done: () => exists(put, owner.id),
    },
    move: {
      ask: () => other.fetch(`/api/v1/files/${moved}`, { method: "PATCH", headers: json, body: '{"parentId":null}' }),
      done: async () => (await spaceOf(moved)) === other.id,
    },
    trash: {
      ask: () => other.fetch(`/api/v1/files/${trashed}`, { method: "DELETE" }),
      done: async () =>
        !(await exists(
          (
            await pool().query("select name from holdfast.files where id = $1", [trashed])
          ).rows[0].name,
          owner.id,
        )),
    },
  };
}

test.each(["a grant", "the members of a group"])(
  `%s taken back, in ${rounds} rounds`,
  { timeout: 900_000 },
  async (what) => {
    let [before, after] = [0, 0];
    for (let round = 0; round < rounds; round++) {
      const folderId = (await owner.call(createFolder, { body: { name: randomUUID() } })).id;
      const fileId = (await owner.put("read.bin", randomBytes(300_000), { parentId: folderId })).id;
      const groupId = await makeGroup(pool(), other);
      await grantTo(pool(), { groupId }, [folderId], "editor");
      const attempts = await makeAttempts(folderId);
      const reads = [
        `/api/v1/files/${fileId}/content`,
        `/api/v1/archives?ids=${folderId}`,
        `/api/v1/files?parentId=${folderId}`,
      ];
      const [statement, value] =
        what === "a grant"
          ? ["delete from holdfast.grants where group_id = $1", groupId]
          : ["delete from holdfast.group_members where group_id = $1", groupId];
      const takeBack = sleep(randomInt(0, 60)).then(() => pool().query(statement, [value]));
      const asked = Object.entries(attempts).map(async ([name, { ask }]) => {
        await sleep(randomInt(0, 40));
        const answer = await ask().catch(() => null); // cut off
        return [name, answer?.status ?? 0] as const;
      });
      const read = reads.map(async (path) => {
        await sleep(randomInt(0, 40));
        return other.fetch(path).then(
          async (answer) => {
            await answer.arrayBuffer().catch(() => {});
            return answer.status;
          },
          () => 0,
        );
      });
      await takeBack;
      for (const [name, status] of await Promise.all(asked)) {
        const done = await (attempts[name] as Attempt).done();
        if (status >= 200 && status < 300) expect([name, done]).toEqual([name, true]);
        else if (status !== 0) expect([name, status, done]).toEqual([name, expect.toBeOneOf([403, 404]), false]);
        if (done) before++;
        else after++;
      }
      for (const status of await Promise.all(read)) expect([0, 200, 404]).toContain(status);
      // From now on there is nothing to see or do.
      for (const path of reads) expect((await other.fetch(path)).status).toBe(404);
      const late = await makeLate(folderId, fileId);
      expect(late).toEqual([404, 404, 404]);
      for (const { charged, holds, strays } of await chargesOf(pool(), owner.id, other.id)) {
        expect(charged).toEqual(holds);
        expect(strays).toBe(0);
      }
    }
    console.log(`${what}: ${before} done before it was taken back, ${after} refused`);
  },
);

async function makeLate(folderId: string, fileId: string): Promise<number[]> {
  const put = other.fetch(`/api/v1/files/content?name=late.txt&parentId=${folderId}`, { method: "PUT", body: "late" });
  const move = other.fetch(`/api/v1/files/${fileId}`, { method: "PATCH", headers: json, body: '{"parentId":null}' });
  const remove = other.fetch(`/api/v1/files/${fileId}`, { method: "DELETE" });
  return (await Promise.all([put, move, remove])).map(({ status }) => status);
}
