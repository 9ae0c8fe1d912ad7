import { ApiError } from "@holdfast/contract/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Stopped } from "./answers.ts";
import { sendArchive } from "./archive.ts";

/** What the browser would have: one request, which the test answers. */
class Request {
  static last: Request;
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  status = 0;
  responseText = "";
  asked = "";
  body = new Blob();
  constructor() {
    Request.last = this;
  }
  open(method: string, url: string): void {
    this.asked = `${method} ${url}`;
  }
  setRequestHeader(): void {}
  send(body: Blob): void {
    this.body = body;
  }
  abort(): void {
    this.onabort();
  }
  answer(status: number, body: unknown): void {
    Object.assign(this, { status, responseText: typeof body === "string" ? body : JSON.stringify(body) });
    this.onload();
  }
}

beforeEach(() => void vi.stubGlobal("XMLHttpRequest", Request));
afterEach(() => void vi.unstubAllGlobals());

const parentId = "0198c0de-0000-7000-8000-000000000000";
const files = ["a", "b", "c"].map((name) => ({ name, lastModified: 1000, file: new File(["x".repeat(600)], name) }));
const stored = { path: "a", status: "stored", id: "1" };
const taken = { path: "b", status: "failed", code: "name_taken", detail: "There is a “b” already." };
const unchanged = { path: "c", status: "unchanged", id: "3" };

it("says of each file what became of it, and on the way how many have gone", async () => {
  const sent: number[] = [];
  const { done } = sendArchive(parentId, files, (count) => sent.push(count));
  expect(Request.last.asked).toBe(`POST /api/v1/files/batch?parentId=${parentId}&onConflict=fail`);
  // A header, and two blocks, for each; and the end.
  expect(Request.last.body.size).toBe(3 * 1536 + 1024);
  for (const loaded of [1535, 1536, 4000, 5632]) Request.last.upload.onprogress?.({ loaded });
  expect(sent).toEqual([0, 1, 2, 3]);
  Request.last.answer(200, { items: [stored, taken, unchanged] });
  const [first, second, third] = await done;
  expect([first, third]).toEqual(["1", "3"]);
  expect(second).toBeInstanceOf(ApiError);
  expect(second).toMatchObject({ code: "name_taken", message: "There is a “b” already." });
});

it("fails as a whole where the answer is not about these files, or is none", async () => {
  const outcome = (status: number, body: unknown) => {
    const { done } = sendArchive(null, files, () => {});
    Request.last.answer(status, body);
    return done.catch((error: unknown) => error);
  };
  expect(await outcome(200, { items: [stored] })).toMatchObject({ message: "The server answered for 1 of 3 files." });
  expect(await outcome(200, "<html>")).toBeInstanceOf(SyntaxError);
  expect(await outcome(413, "<html>")).toMatchObject({ code: "unavailable", status: 413, requestId: "" });
  const problem = { code: "invalid_archive", detail: "It is cut.", requestId: "r", items: [stored] };
  expect(await outcome(400, problem)).toMatchObject({ code: "invalid_archive" });
});

it("tells a file that cannot be read from a server that is not reached, and is stopped on purpose", async () => {
  const failed = async (how: "onerror" | "onabort", sending = files) => {
    const { done } = sendArchive(null, sending, () => {});
    Request.last[how]();
    return done.catch((error: unknown) => error);
  };
  expect(await failed("onerror")).toMatchObject({ code: "unavailable", status: 0 });
  expect(await failed("onabort")).toBeInstanceOf(Stopped);
  const gone = new File(["x"], "gone");
  gone.slice = () => ({ arrayBuffer: () => Promise.reject(new DOMException("", "NotFoundError")) }) as unknown as Blob;
  const [first, second] = files as [(typeof files)[0], (typeof files)[0]];
  expect(await failed("onerror", [first, { ...second, file: gone }])).toMatchObject({ name: "NotFoundError" });
});
