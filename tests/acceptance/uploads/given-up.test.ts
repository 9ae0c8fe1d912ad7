import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect } from "vitest";
import { adminUpdateUser } from "../../../packages/contract/src/index.ts";
import { type AnyServer, anyServer, insideTest } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { eventually } from "../../support/server.ts";

/** What an upload has stored that ends without a file goes at once: nobody fills the disk with what is refused in the end. */
const MIB = 1024 * 1024;
const segment = 16 * MIB;

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person("ann");
});
afterAll(() => server.close());

/** How many segments are stored, as objects and as rows. */
async function stored(): Promise<[objects: number, rows: number]> {
  const { store, db } = server.inside.services;
  let objects = 0;
  for await (const { key } of store.list("segments/")) objects += key ? 1 : 0;
  const { rows } = await db.query<{ rows: number }>("select count(*)::int as rows from holdfast.segments");
  return [objects, rows[0]?.rows ?? 0];
}

/** What stands of these bytes' segments: nothing, brought by one upload alone, or by several. */
async function rowsOf(bytes: Buffer): Promise<("absent" | "alone" | "shared")[]> {
  const hashes = Array.from({ length: bytes.length / segment }, (_, n) =>
    createHash("sha256")
      .update(bytes.subarray(n * segment, (n + 1) * segment))
      .digest(),
  );
  const { rows } = await server.inside.services.db.query<{ state: "absent" | "alone" | "shared" }>(
    `select case when s.sha256 is null then 'absent' when brought_by is null then 'shared' else 'alone' end as state
     from unnest($1::bytea[]) with ordinality h (hash, n) left join holdfast.segments s on s.sha256 = h.hash order by n`,
    [hashes],
  );
  return rows.map(({ state }) => state);
}
const become = (bytes: Buffer, state: "absent" | "alone" | "shared") =>
  eventually(async () => (await rowsOf(bytes)).every((found) => found === state), 30_000);

/** Sends the parts as one body without a length; one that is a function is waited for. */
function send(name: string, parts: (Buffer | (() => Promise<unknown>))[], signal?: AbortSignal): Promise<Response> {
  const rest = [...parts];
  const body = new ReadableStream({
    async pull(controller) {
      const part = rest.shift();
      if (part === undefined) return controller.close();
      if (typeof part === "function") {
        await part();
        return controller.enqueue(Buffer.from("."));
      }
      for (let at = 0; at < part.length; at += MIB) controller.enqueue(part.subarray(at, at + MIB));
    },
  });
  const init = { method: "PUT", body, duplex: "half", ...(signal ? { signal } : {}) } as RequestInit;
  return ann.fetch(`/api/v1/files/content?name=${name}`, init);
}

insideTest("a body of unknown length ends where the quota does, and leaves nothing", async () => {
  const before = await stored();
  const quota = (quotaBytes: number | null) =>
    server.admin.call(adminUpdateUser, { params: { id: ann.id }, body: { quotaBytes } });
  await quota(20 * MIB);
  const answer = await send("over.bin", [randomBytes(64 * MIB)]);
  expect(answer.status).toBe(507);
  expect(await answer.json()).toMatchObject({ code: "quota_exceeded", detail: expect.stringMatching(/Delete/) });
  expect(await stored()).toEqual(before);
  await quota(null);
});

insideTest("a body that breaks off leaves nothing", async () => {
  const before = await stored();
  const bytes = randomBytes(2 * segment);
  const leave = new AbortController();
  const begun = () => become(bytes, "alone").then(() => leave.abort());
  await expect(send("broken.bin", [bytes, begun], leave.signal)).rejects.toThrow();
  await become(bytes, "absent");
  expect(await stored()).toEqual(before);
});

insideTest("what is part of a file stays", async () => {
  const [own, shared] = [randomBytes(segment), randomBytes(segment)];
  for (const order of ["before", "meanwhile"] as const) {
    const whole = () => ann.put(`${order}.bin`, shared);
    let file = order === "before" ? await whole() : null;
    const leave = new AbortController();
    const begun = async () => {
      await become(own, "alone");
      file ??= await whole();
      leave.abort();
    };
    await expect(send("given-up.bin", [own, shared, begun], leave.signal)).rejects.toThrow();
    await become(own, "absent");
    expect((await ann.read(file?.id as string)).equals(shared)).toBe(true);
    shared.set(randomBytes(segment));
  }
});

insideTest("what another upload has stored that is under way stays until it is a file", async () => {
  const [own, shared] = [randomBytes(segment), randomBytes(segment)];
  const leave = new AbortController();
  const gone = Promise.withResolvers<void>();
  const mine = send("given-up.bin", [shared, own, () => gone.promise], leave.signal);
  await become(Buffer.concat([shared, own]), "alone");
  const others = send("whole.bin", [shared, () => gone.promise]);
  await become(shared, "shared");
  leave.abort();
  await expect(mine).rejects.toThrow();
  await become(own, "absent");
  gone.resolve();
  const answer = await others;
  expect(answer.status).toBe(201);
  const { id } = (await answer.json()) as { id: string };
  expect((await ann.read(id)).equals(Buffer.concat([shared, Buffer.from(".")]))).toBe(true);
});
