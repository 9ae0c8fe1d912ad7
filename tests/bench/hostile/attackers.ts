import { randomBytes } from "node:crypto";
import { request as ask } from "node:http";
import { connect, type Socket } from "node:net";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** What the hostile clients are told, as their only argument. */
export interface Attack {
  url: string;
  seconds: number;
  clients: number;
  /** Access tokens of accounts that are theirs. */
  tokens: string[];
  /** Addresses of the people whom they attack. */
  victims: string[];
  /** A file and a folder of each account, in the order of `tokens`. */
  files: string[];
  folders: string[];
  /** Of a link with a password. */
  link: string;
  /** Doublings of a folder before it is thrown away; the server may end them sooner. */
  doublings: number;
}

export interface AttackReport {
  /** Requests by kind of client and status; 0 where the connection was ended. */
  answers: Record<string, Record<string, number>>;
  /** Of this process. */
  cpuSeconds: number;
}

const MiB = 2 ** 20;
const answers: AttackReport["answers"] = {};
let attack: Attack;
let ends = 0;

const isOver = () => performance.now() > ends;

function count(kind: string, status: number): void {
  const of = (answers[kind] ??= {});
  of[status] = (of[status] ?? 0) + 1;
}

interface Question {
  method?: string;
  path: string;
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request from an address of its own. Bodies of answers are read and thrown away, but for small ones. */
function send(kind: string, from: number, { method = "GET", path, token, body, headers = {} }: Question) {
  return new Promise<{ status: number; json: Record<string, unknown> }>((resolve) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const all: Record<string, string> = { ...headers };
    if (token !== undefined) all.authorization = `Bearer ${token}`;
    if (text !== undefined)
      Object.assign(all, { "content-type": "application/json", "content-length": `${text.length}` });
    const localAddress = `127.0.${1 + (from % 50)}.${2 + (from % 200)}`;
    const done = (status: number, answer = "") => {
      count(kind, status);
      let json: Record<string, unknown> = {};
      try {
        json = JSON.parse(answer) as Record<string, unknown>;
      } catch {
        // It was something else, or longer than is kept.
      }
      resolve({ status, json });
    };
    const request = ask(
      attack.url + path,
      { method, headers: all, localAddress, agent: false, timeout: 60_000 },
      (answer) => {
        let heard = "";
        answer.on("data", (chunk: Buffer) => {
          if (heard.length < 10_000) heard += chunk.toString("latin1");
        });
        answer.on("end", () => done(answer.statusCode ?? 0, heard)).on("error", () => done(0));
      },
    );
    request.on("error", () => done(0)).on("timeout", () => request.destroy());
    request.end(text);
  });
}

/** Holds a connection: headers or a JSON body that drip, an upload that stalls, a download that is not read. */
async function slow(n: number): Promise<void> {
  const account = n % attack.tokens.length;
  const lines = [`authorization: Bearer ${attack.tokens[account]}`, "host: x", "", ""];
  const kinds: [head: string[], sent: number, drip: string][] = [
    [["GET /healthz HTTP/1.1", "host: x", "x-slow: "], 0, "a"],
    [["POST /api/v1/folders HTTP/1.1", "content-type: application/json", "content-length: 5000", ...lines], 0, " "],
    [[`PUT /api/v1/files/content?name=${n} HTTP/1.1`, `content-length: ${64 * MiB}`, ...lines], MiB, ""],
    [[`GET /api/v1/files/${attack.files[account]}/content HTTP/1.1`, ...lines], 0, ""],
  ];
  for (let round = 0; !isOver(); round++) {
    const [head, sent, drip] = kinds[(n + round) % kinds.length] as (typeof kinds)[number];
    const socket: Socket = connect({
      port: Number(new URL(attack.url).port),
      host: "127.0.0.1",
      localAddress: `127.0.9.${2 + (n % 200)}`,
    });
    socket.on("error", () => {}).pause();
    socket.write(head.join("\r\n"));
    socket.write(Buffer.alloc(sent));
    const held = performance.now();
    while (!isOver() && !socket.destroyed && socket.writable && performance.now() - held < 30_000) {
      await sleep(500);
      if (drip !== "") socket.write(drip);
    }
    count("slow", 0);
    socket.destroy();
  }
}

async function guesses(n: number): Promise<void> {
  for (let i = n; !isOver(); i += 97) {
    const email = attack.victims[i % attack.victims.length];
    const body = { email, password: randomBytes(9).toString("hex"), transport: "bearer" };
    await send("sign-in", i, { method: "POST", path: "/api/v1/auth/login", body });
  }
}

async function linkGuesses(n: number): Promise<void> {
  for (let i = n; !isOver(); i += 89) {
    const body = { password: randomBytes(9).toString("hex") };
    await send("link password", i, { method: "POST", path: `/api/v1/public/shares/${attack.link}/unlock`, body });
  }
}

/** Copies a folder and puts the copy into it, again and again. */
async function doubling(n: number): Promise<void> {
  const token = attack.tokens[n % attack.tokens.length];
  while (!isOver()) {
    const made = await send("doubling", n, {
      method: "POST",
      path: "/api/v1/folders",
      token,
      body: { name: randomBytes(6).toString("hex") },
    });
    const { id } = made.json;
    if (typeof id !== "string") {
      await sleep(200);
      continue;
    }
    for (let round = 0; round < attack.doublings && !isOver(); round++) {
      const body = { onConflict: "rename" };
      const copy = await send("doubling", n, { method: "POST", path: `/api/v1/files/${id}/copy`, token, body });
      const copied = (copy.json.file as { id?: string } | undefined)?.id ?? copy.json.id;
      if (copy.status >= 400 || typeof copied !== "string") break;
      const move = { parentId: id, name: `${round}` };
      const moved = await send("doubling", n, { method: "PATCH", path: `/api/v1/files/${copied}`, token, body: move });
      if (moved.status >= 400) break;
    }
    await send("doubling", n, { method: "DELETE", path: `/api/v1/files/${id}?permanent=true`, token });
  }
}

async function archives(n: number): Promise<void> {
  const account = n % attack.tokens.length;
  const path = `/api/v1/archives?ids=${attack.folders[account]}`;
  for (let i = 0; !isOver(); i++) {
    const headers: Record<string, string> = i % 2 === 0 ? { range: "bytes=0-0" } : {};
    await send("archive", n, { path, token: attack.tokens[account], headers });
  }
}

async function searches(n: number): Promise<void> {
  const token = attack.tokens[n % attack.tokens.length];
  for (let i = 0; !isOver(); i++) {
    await send("search", n, { path: `/api/v1/search?q=${"aeiou"[i % 5]}&limit=200`, token });
  }
}

async function streams(n: number): Promise<void> {
  const token = attack.tokens[n % attack.tokens.length];
  while (!isOver()) {
    const question = send("event stream", n, { path: "/api/v1/events", token });
    await Promise.race([question.then(() => sleep(100)), sleep(2_000)]);
  }
}

async function tokens(n: number): Promise<void> {
  for (let i = n; !isOver(); i += 83) {
    await send("bad token", i, { path: "/api/v1/files", token: `hf_${randomBytes(24).toString("hex")}` });
  }
}

const kinds = [slow, guesses, linkGuesses, doubling, archives, searches, streams, tokens];

async function run(): Promise<void> {
  // The attacked share the machine with the attackers, who elsewhere would have machines of their own.
  setPriority(5);
  attack = JSON.parse(process.argv[2] as string) as Attack;
  ends = performance.now() + attack.seconds * 1000;
  const all = Array.from({ length: attack.clients }, (_, n) => (kinds[n % kinds.length] as (typeof kinds)[number])(n));
  await Promise.race([Promise.all(all), sleep(attack.seconds * 1000 + 5_000)]);
  const { user, system } = process.cpuUsage();
  const report: AttackReport = { answers, cpuSeconds: (user + system) / 1e6 };
  process.stdout.write(JSON.stringify(report), () => process.exit(0));
}

if (process.argv[2]?.startsWith("{")) await run();
