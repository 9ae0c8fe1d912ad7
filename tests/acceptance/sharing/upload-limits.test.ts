import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { insideTest } from "../../support/any-server.ts";
import { type SharingServer, startSharingServer } from "../../support/sharing-server.ts";

/** A link that takes files takes so many, and so much: exactly, however many send at once. */
let server: SharingServer;
let ada: string;
beforeAll(async () => {
  server = await startSharingServer({ env: { HOLDFAST_LINK_MAX_FILES: "3" } });
  ada = await server.addUser();
});
afterAll(() => server?.close());

interface Inbox {
  id: string;
  folder: string;
  at: string;
}
async function inbox(limits: object = {}): Promise<Inbox> {
  const folder = await server.addFolder(ada, randomBytes(8).toString("hex"));
  const body = { fileId: folder, linkType: "permanent", allowUpload: true, ...limits };
  const made = await server.as(ada, "POST", "/api/v1/shares", body);
  expect(made.status).toBe(201);
  return { id: made.body.id, folder, at: `${server.url}/api/v1/public/shares/${made.body.token}` };
}
const send = async ({ at }: Inbox, bytes: Uint8Array, options: { chunked?: boolean } = {}) => {
  const whole = bytes as unknown as NonNullable<RequestInit["body"]>;
  const stream = new ReadableStream({
    start(controller) {
      for (let n = 0; n < bytes.length; n += 3000) controller.enqueue(bytes.subarray(n, n + 3000));
      controller.close();
    },
  });
  const init = options.chunked ? { body: stream, duplex: "half" } : { body: whole };
  const answer = await fetch(`${at}/files?name=sent.bin`, { method: "PUT", ...init } as RequestInit);
  return { status: answer.status, ...((await answer.json()) as { code?: string; detail?: string }) };
};
const sendMany = (to: Inbox, count: number, size: number, options = {}) =>
  Promise.all(Array.from({ length: count }, () => send(to, randomBytes(size), options)));
const linkOf = async ({ id }: Inbox) => {
  const { body } = await server.as(ada, "GET", "/api/v1/shares?limit=1000");
  return body.items.find((item: { id: string }) => item.id === id);
};
const sizesIn = async ({ folder }: Inbox): Promise<number[]> => {
  const { body } = await server.as(ada, "GET", `/api/v1/files?parentId=${folder}&limit=1000`);
  return body.items.map((item: { fileSize: number }) => item.fileSize);
};
const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0);

test.each([{ chunked: false }, { chunked: true }])(
  "of 50 files at once it takes exactly as many as it may %o",
  async (how) => {
    const to = await inbox({ maxFiles: 7 });
    const answers = await sendMany(to, 50, 5000, how);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(7);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 410, code: "share_full", detail: expect.stringMatching(/7 files.*Ask/) });
    }
    expect(await sizesIn(to)).toHaveLength(7);
    expect(await linkOf(to)).toMatchObject({ maxFiles: 7, receivedFiles: 7, receivedBytes: 35_000 });
  },
);

test("of 50 files at once it takes exactly as many bytes as fit", async () => {
  const to = await inbox({ maxFiles: 100, maxBytes: 100_000 });
  const answers = await sendMany(to, 50, 9000);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(11);
  expect(sum(await sizesIn(to))).toBe(99_000);
  expect(await linkOf(to)).toMatchObject({ receivedFiles: 11, receivedBytes: 99_000 });
});

test("bodies of unknown length never pass it either, and what was refused is free again", async () => {
  const to = await inbox({ maxFiles: 100, maxBytes: 100_000 });
  const answers = await sendMany(to, 50, 9000, { chunked: true });
  const taken = answers.filter(({ status }) => status === 201).length;
  expect(taken).toBeLessThanOrEqual(11);
  for (const answer of answers) if (answer.status !== 201) expect(answer.code).toBe("share_full");
  const left = await sendMany(to, 1, 100_000 - taken * 9000, { chunked: true });
  expect(left[0]?.status).toBe(201);
  expect(sum(await sizesIn(to))).toBe(100_000);
  expect(await linkOf(to)).toMatchObject({ receivedFiles: taken + 1, receivedBytes: 100_000 });
});

test("a file that is larger than one may be is refused, and counts for nothing", async () => {
  const to = await inbox({ maxFileSize: 10_000 });
  for (const chunked of [false, true]) {
    const answer = await send(to, randomBytes(10_001), { chunked });
    expect(answer).toMatchObject({ status: 413, code: "too_large", detail: expect.stringMatching(/10 KB/) });
  }
  expect((await send(to, randomBytes(10_000))).status).toBe(201);
  expect(await linkOf(to)).toMatchObject({ maxFileSize: 10_000, receivedFiles: 1, receivedBytes: 10_000 });
});

test("its owner allows more at any time", async () => {
  const to = await inbox({ maxFiles: 1 });
  expect(new Set((await sendMany(to, 2, 10)).map(({ status }) => status))).toEqual(new Set([201, 410]));
  expect((await server.as(ada, "PATCH", `/api/v1/shares/${to.id}`, { maxFiles: 2 })).status).toBe(200);
  expect((await send(to, randomBytes(10))).status).toBe(201);
  expect((await send(to, randomBytes(10))).status).toBe(410);
  for (const wrong of [{ maxFiles: 0 }, { maxBytes: -1 }, { maxFileSize: 0.5 }]) {
    expect((await server.as(ada, "PATCH", `/api/v1/shares/${to.id}`, wrong)).status).toBe(400);
  }
});

test("its page says what is left, once the password is given", async () => {
  const to = await inbox({ maxFiles: 2, maxBytes: 1000, maxFileSize: 800, password: "sesame" });
  const ask = async (password?: string) => {
    const headers: Record<string, string> = password ? { "share-password": password } : {};
    return ((await (await fetch(to.at, { headers })).json()) as { takes: unknown }).takes;
  };
  expect(await ask()).toBeNull();
  expect(await ask("sesame")).toEqual({ filesLeft: 2, bytesLeft: 1000, maxFileSize: 800 });
  const sent = await fetch(`${to.at}/files?name=a`, {
    method: "PUT",
    headers: { "share-password": "sesame" },
    body: Buffer.alloc(700),
  });
  expect(sent.status).toBe(201);
  expect(await ask("sesame")).toEqual({ filesLeft: 1, bytesLeft: 300, maxFileSize: 300 });
});

insideTest("where its owner says nothing, and for links of before, the settings hold", async () => {
  const to = await inbox();
  expect(await linkOf(to)).toMatchObject({ maxFiles: 3, maxBytes: 20 * 2 ** 30, maxFileSize: 5 * 2 ** 30 });
  expect((await sendMany(to, 10, 10)).filter(({ status }) => status === 201)).toHaveLength(3);
});
