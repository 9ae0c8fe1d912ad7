import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect } from "vitest";
import type { Person } from "../person.ts";
import { openConnection } from "../raw-connection.ts";
import { metadataOf, tus, tusType } from "./tus.ts";

/** What one upload is, by the protocol's words alone. */
export interface Model {
  offset: number;
  size: number | null;
  state: "open" | "complete" | "ended";
}

export interface Real {
  person: Person;
  url: string;
  path: string;
  /** Bytes of which every upload is a beginning. */
  source: Buffer;
  fileId: string | null;
}

type Command = fc.AsyncCommand<Model, Real>;

export async function beginUpload(
  person: Person,
  url: string,
  source: Buffer,
  name: string,
  size: number | null,
): Promise<Real> {
  const answer = await tus(person, "POST", "/api/v1/uploads", {
    headers: {
      ...(size === null ? { "upload-defer-length": 1 } : { "upload-length": size }),
      "upload-metadata": metadataOf({ filename: name }),
    },
  });
  expect(answer.status).toBe(201);
  const fileId = answer.headers.get("upload-file-id");
  return { person, url, path: new URL(answer.headers.get("location") as string, url).pathname, source, fileId };
}

async function checkWhole(real: Real, size: number): Promise<void> {
  expect((await real.person.read(real.fileId as string)).equals(real.source.subarray(0, size))).toBe(true);
}

function settle(model: Model, real: Real, answer: Response): void {
  if (model.state === "open" && model.offset === model.size) model.state = "complete";
  real.fileId = answer.headers.get("upload-file-id") ?? real.fileId;
  expect(real.fileId !== null).toBe(model.state === "complete");
}

class Head implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const answer = await tus(real.person, "HEAD", real.path);
    expect(answer.status).toBe(model.state === "ended" ? 404 : 200);
    if (model.state === "ended") return;
    expect(answer.headers.get("upload-offset")).toBe(String(model.offset));
    expect(answer.headers.get("upload-length")).toBe(model.size === null ? null : String(model.size));
    expect(answer.headers.get("upload-defer-length")).toBe(model.size === null ? "1" : null);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  }
  toString = () => "head";
}

class Patch implements Command {
  readonly bytes: number;
  readonly shift: number;
  readonly checksum: "none" | "right" | "wrong";
  constructor(bytes: number, shift: number, checksum: "none" | "right" | "wrong") {
    this.bytes = bytes;
    this.shift = shift;
    this.checksum = checksum;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const at = Math.max(0, model.offset + this.shift);
    const body = real.source.subarray(model.offset, model.offset + this.bytes);
    const headers: Record<string, string | number> = { "upload-offset": at };
    if (this.checksum !== "none") {
      const digest = createHash("sha256").update(this.checksum === "right" ? body : "another");
      headers["upload-checksum"] = `sha256 ${digest.digest("base64")}`;
    }
    const answer = await tus(real.person, "PATCH", real.path, { headers, body });
    await answer.arrayBuffer();
    expect(answer.status).toBe(this.#expected(model, at, body.length));
    if (answer.status !== 204 || model.state !== "open") return;
    model.offset += body.length;
    expect(answer.headers.get("upload-offset")).toBe(String(model.offset));
    settle(model, real, answer);
  }
  #expected(model: Model, at: number, length: number): number {
    if (model.state === "ended") return 404;
    if (at !== model.offset) return 409;
    if (model.state === "complete") return 204;
    if (model.size !== null && at + length > model.size) return 413;
    return this.checksum === "wrong" ? 460 : 204;
  }
  toString = () => `patch(${this.bytes}, ${this.shift}, ${this.checksum})`;
}

/** A body that ends too early: the offset lies somewhere between what was known and what was sent. */
class CutPatch implements Command {
  readonly bytes: number;
  readonly wait: number;
  constructor(bytes: number, wait: number) {
    this.bytes = bytes;
    this.wait = wait;
  }
  check = (model: Readonly<Model>) =>
    model.state === "open" && (model.size === null || model.offset + this.bytes < model.size);
  async run(model: Model, real: Real): Promise<void> {
    const socket = openConnection(real.url);
    socket.on("error", () => {});
    const lines = [
      `PATCH ${real.path} HTTP/1.1`,
      `host: x\r\nauthorization: Bearer ${real.person.token}\r\ntus-resumable: 1.0.0\r\ncontent-type: ${tusType}`,
      `upload-offset: ${model.offset}\r\ncontent-length: ${this.bytes + 1}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    await new Promise((resolve) =>
      socket.write(real.source.subarray(model.offset, model.offset + this.bytes), resolve),
    );
    await sleep(this.wait);
    socket.destroy();
    // The server may meet the body only after its connection has ended; once it has, the offset stays.
    let offset = -1;
    for (let same = 0; same < 3; await sleep(20)) {
      const now = Number((await tus(real.person, "HEAD", real.path)).headers.get("upload-offset"));
      same = now === offset ? same + 1 : 0;
      offset = now;
    }
    expect(offset).toBeGreaterThanOrEqual(model.offset);
    expect(offset).toBeLessThanOrEqual(model.offset + this.bytes);
    model.offset = offset;
  }
  toString = () => `cut(${this.bytes}, ${this.wait} ms)`;
}

class TellLength implements Command {
  readonly more: number;
  constructor(more: number) {
    this.more = more;
  }
  check = (model: Readonly<Model>) => model.state === "open";
  async run(model: Model, real: Real): Promise<void> {
    const size = model.offset + this.more;
    const headers = { "upload-offset": model.offset, "upload-length": size };
    const answer = await tus(real.person, "PATCH", real.path, { headers, body: Buffer.alloc(0) });
    const allowed = model.size === null || model.size === size;
    expect(answer.status).toBe(allowed ? 204 : 400);
    if (!allowed) return;
    model.size = size;
    settle(model, real, answer);
  }
  toString = () => `length(+${this.more})`;
}

class Terminate implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const answer = await tus(real.person, "DELETE", real.path);
    expect(answer.status).toBe({ open: 204, complete: 410, ended: 404 }[model.state]);
    if (model.state === "open") model.state = "ended";
  }
  toString = () => "terminate";
}

class Read implements Command {
  check = (model: Readonly<Model>) => model.state === "complete";
  run = (model: Model, real: Real) => checkWhole(real, model.offset);
  toString = () => "read";
}

const size = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_300_000 }) },
);

export const tusCommands = fc.commands(
  [
    fc.constant(new Head()),
    fc
      .tuple(
        size,
        fc.constantFrom(0, 0, 0, 0, 0, -1, 1, -1000, 70_000),
        fc.constantFrom("none", "none", "right", "wrong"),
      )
      .map(([bytes, shift, checksum]) => new Patch(bytes, shift, checksum as "none")),
    fc.tuple(size, fc.constantFrom(5, 30)).map(([bytes, wait]) => new CutPatch(bytes, wait)),
    size.map((more) => new TellLength(more)),
    fc.constant(new Terminate()),
    fc.constant(new Read()),
  ],
  { maxCommands: 12 },
);

export const tusSize = fc.option(size, { freq: 3 });
export const finallyWhole = async (model: Model, real: Real): Promise<void> => {
  if (model.state === "complete") return checkWhole(real, model.offset);
  if (model.state === "ended") return;
  // What is durable is right, too: the rest is added, and the whole compared.
  const end = model.size ?? model.offset;
  const answer = await tus(real.person, "PATCH", real.path, {
    headers: { "upload-offset": model.offset, "upload-length": end },
    body: real.source.subarray(model.offset, end),
  });
  expect(answer.status).toBe(204);
  real.fileId = answer.headers.get("upload-file-id");
  await checkWhole(real, end);
};
