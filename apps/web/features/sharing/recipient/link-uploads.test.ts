import { ApiError } from "@holdfast/contract/client";
import { beforeEach, expect, it, vi } from "vitest";
import { type LinkUpload, LinkUploads } from "./link-uploads.ts";

type Attempt = { item: LinkUpload; progress: (sent: number) => void; succeed: () => void; fail: (e: unknown) => void };

const nobody = { senderName: "", senderMessage: "" };
const file = (name: string) => new File(["0123456789"], name);
const problem = (code: ApiError["code"], requestId = "r") =>
  new ApiError({ type: "about:blank", title: "", status: 500, code, detail: `It is ${code}`, requestId });

let attempts: Attempt[];
let uploads: LinkUploads;

beforeEach(() => {
  attempts = [];
  uploads = new LinkUploads(
    (item, progress) => new Promise((succeed, fail) => attempts.push({ item, progress, succeed, fail })),
    () => true,
  );
});

const statuses = () => uploads.items.map(({ status }) => status);

it("sends two at once, each with what its sender had said by then, and counts what is there", async () => {
  uploads.add([file("a"), file("b")], { senderName: "Ann", senderMessage: "" });
  uploads.add([file("c")], nobody);
  expect(statuses()).toEqual(["sending", "sending", "waiting"]);
  attempts[0]?.progress(4);
  expect(uploads.items[0]?.sent).toBe(4);
  attempts[0]?.succeed();
  await expect.poll(statuses).toEqual(["done", "sending", "sending"]);
  expect([uploads.done, uploads.items[0]?.sent]).toEqual([1, 10]);
  expect(attempts.map(({ item }) => item.said.senderName)).toEqual(["Ann", "Ann", ""]);
});

it("says of each why it was refused, and sends it once more when asked to", async () => {
  uploads.add([file("a")], nobody);
  attempts[0]?.fail(problem("quota_exceeded"));
  await expect.poll(statuses).toEqual(["failed"]);
  const [item] = uploads.items as [LinkUpload];
  expect(item.error).toBe("It is quota_exceeded");
  uploads.retry(item);
  expect([item.status, item.error, attempts.length]).toEqual(["sending", undefined, 2]);
});

it("never sends again unasked what may have arrived", async () => {
  vi.stubGlobal("fetch", async () => new Response());
  try {
    uploads.add([file("a"), file("b"), file("c")], nobody);
    attempts[0]?.fail(problem("unavailable", ""));
    await expect.poll(statuses).toEqual(["failed", "sending", "sending"]);
    expect([uploads.items[0]?.error, attempts.length]).toEqual([undefined, 3]);
  } finally {
    vi.unstubAllGlobals();
  }
});

it("shows each change", async () => {
  const before = uploads.getSnapshot();
  uploads.add([file("a")], nobody);
  await expect.poll(uploads.getSnapshot).not.toBe(before);
});
