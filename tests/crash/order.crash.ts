import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createFolder, createShare, updateFile } from "../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { tarOf } from "../support/uploads/tar.ts";
import { metadataOf, tus } from "../support/uploads/tus.ts";
import { treeOf } from "./support/process-tree.ts";
import { type SystemCall, startTrace } from "./support/trace.ts";

/**
 * What survives a power cut is what the disk was told in the right order, and no kill of a process shows that. So the system calls of the
 * whole product are watched: a success may be answered only after all of them.
 */
const hasStrace = (() => {
  try {
    execFileSync("strace", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    console.log("strace is not installed: the order of writes is not shown here (npm test installs it)");
    return false;
  }
})();

let product: Product;
let ann: Person;
beforeAll(async () => {
  const env = { HOLDFAST_ADMIN_EMAIL: "ann@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword };
  product = await startProduct({ env });
  ann = await signIn(product.url, "ann@example.org");
  await ann.put("first", "warms up what is made once");
});
afterAll(() => product.stop());

async function traced(work: () => Promise<unknown>): Promise<SystemCall[]> {
  const trace = await startTrace(
    treeOf(product.pid).map(({ pid }) => pid),
    join(product.dataDir, "trace"),
  );
  await work();
  return trace.stop();
}

const succeeded = ({ args }: SystemCall) => / = (0|[1-9]\d*)$/.test(args.trimEnd());
const isLog = (call: SystemCall) => call.name === "fdatasync" && /\/pg_wal\/[0-9A-F]{24}>/.test(call.args);
const isAnswer = (status: number) => (call: SystemCall) =>
  /write|sendto/.test(call.name) && call.args.includes(`HTTP/1.1 ${status}`);

function first(calls: SystemCall[], what: string, test: (call: SystemCall) => boolean): SystemCall {
  const found = calls.find((call) => test(call) && succeeded(call));
  if (!found)
    throw new Error(
      `there is no ${what} among ${calls.length} calls:\n${calls
        .map(({ name, args }) => `${name}(${args}`)
        .join("\n")
        .slice(0, 5000)}`,
    );
  return found;
}

/** Flush of the bytes, then their name, then flush of the name, then the log of the transaction, then the answer. */
function expectOrder(calls: SystemCall[], status: number): void {
  const named = first(
    calls,
    "rename into segments",
    ({ name, args }) => name.startsWith("rename") && args.includes("/objects/segments/"),
  );
  const bytes = first(
    calls,
    "flush of the bytes",
    ({ name, args }) => name === "fdatasync" && args.includes("/objects/.tmp/"),
  );
  const folder = first(
    calls,
    "flush of the folder",
    ({ name, args, begun }) =>
      name === "fsync" && /\/objects\/segments\/[0-9a-f]{2}>/.test(args) && begun > named.ended,
  );
  const answer = first(calls, `answer ${status}`, isAnswer(status));
  const log = first(calls, "flush of PostgreSQL's log", (call) => isLog(call) && call.begun > folder.ended);
  expect(bytes.ended).toBeLessThan(named.begun);
  expect(named.ended).toBeLessThan(folder.begun);
  expect(folder.ended).toBeLessThan(log.begun);
  expect(log.ended).toBeLessThan(answer.begun);
}

describe.runIf(hasStrace)("before a success is answered, everything is on the disk in order", () => {
  test("PUT of a new file", async () => {
    expectOrder(await traced(() => ann.put("new", randomBytes(100_000))), 201);
  });

  test("PUT of a new version", async () => {
    expectOrder(await traced(() => ann.put("new", randomBytes(100_000), { onConflict: "replace" })), 200);
  });

  test("the last PATCH of an upload, and the one before it", async () => {
    const begun = await tus(ann, "POST", "/api/v1/uploads", {
      headers: { "upload-length": 3_000_000, "upload-metadata": metadataOf({ filename: "tus" }) },
    });
    const path = begun.headers.get("location") as string;
    const patch = (offset: number) => async () => {
      const answer = await tus(ann, "PATCH", path, {
        headers: { "upload-offset": offset },
        body: randomBytes(1_500_000),
      });
      expect(answer.status).toBe(204);
    };
    expectOrder(await traced(patch(0)), 204);
    expectOrder(await traced(patch(1_500_000)), 204);
  });

  test("PUT by a link that takes files", async () => {
    const { id } = await ann.call(createFolder, { body: { name: "asked for" } });
    const { token } = await ann.call(createShare, {
      body: { fileId: id, linkType: "permanent", allowUpload: true },
    });
    const url = `${product.url}/api/v1/public/shares/${token}/files?name=sent`;
    const send = async () => expect((await fetch(url, { method: "PUT", body: randomBytes(100_000) })).status).toBe(201);
    expectOrder(await traced(send), 201);
  });

  test("many files by one request", async () => {
    const paths = ["a", "b/c", "b/d"];
    const body = tarOf(...paths.map((path) => ({ path, bytes: randomBytes(50_000) })));
    const calls = await traced(async () => {
      const answer = await ann.fetch("/api/v1/files/batch", {
        ...{ method: "POST", headers: { "content-type": "application/x-tar" }, body },
      });
      expect(answer.status).toBe(200);
    });
    const ofKind = (kind: RegExp, where: RegExp) =>
      calls.filter((call) => kind.test(call.name) && where.test(call.args) && succeeded(call));
    const named = ofKind(/^rename/, /\/objects\/segments\//);
    const bytes = ofKind(/^fdatasync$/, /\/objects\/\.tmp\//);
    const folders = ofKind(/^fsync$/, /\/objects\/segments\/[0-9a-f]{2}>/);
    expect([named.length, bytes.length]).toEqual([paths.length, paths.length]);
    const answer = first(calls, "answer 200", isAnswer(200));
    for (const name of named) {
      const temporary = /\.tmp\/[\w-]+/.exec(name.args)?.[0] as string;
      expect(bytes.find(({ args }) => args.includes(temporary))?.ended).toBeLessThan(name.begun);
      const folder = /\/segments\/[0-9a-f]{2}/.exec(name.args)?.[0] as string;
      const flushed = folders.find(({ args, begun }) => args.includes(`${folder}>`) && begun > name.ended);
      const log = first(
        calls,
        "flush of PostgreSQL's log",
        (call) => isLog(call) && call.begun > (flushed?.ended ?? 0),
      );
      expect(flushed).toBeDefined();
      expect(log.ended).toBeLessThan(answer.begun);
    }
  });

  test("a new folder, a new name, a move, the trash", async () => {
    const folder = await ann.call(createFolder, { body: { name: "f" } });
    const { id } = await ann.put("moves", "x");
    const works: [number, () => Promise<unknown>][] = [
      [201, () => ann.call(createFolder, { body: { name: "another" } })],
      [200, () => ann.call(updateFile, { params: { id }, body: { name: "moved", parentId: folder.id } })],
      [204, () => ann.fetch(`/api/v1/files/${id}`, { method: "DELETE" })],
    ];
    for (const [status, work] of works) {
      const calls = await traced(work);
      expect(first(calls, "flush of PostgreSQL's log", isLog).ended).toBeLessThan(
        first(calls, `answer ${status}`, isAnswer(status)).begun,
      );
    }
  });
});
