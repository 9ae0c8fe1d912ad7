import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createShare } from "../../packages/contract/src/index.ts";
import { type Person, signIn, testPassword } from "../support/person.ts";
import { type Product, startProduct } from "../support/product.ts";
import { eventually } from "../support/server.ts";
import { metadataOf } from "../support/uploads/tus.ts";
import { type Answer, ask, type Question } from "./support/raw-request.ts";

/** A longer run: HOLDFAST_DATABASE_KILLS=100. */
const kills = Number(process.env.HOLDFAST_DATABASE_KILLS ?? 5);
const email = "admin@example.org";

let product: Product;
let person: Person;
beforeAll(async () => {
  product = await startProduct({
    env: { HOLDFAST_ADMIN_EMAIL: email, HOLDFAST_ADMIN_PASSWORD: testPassword, HOLDFAST_AUTH_RATE_LIMIT: "0" },
  });
  person = await signIn(product.url, email);
});
afterAll(() => product?.stop());

const postmaster = () => Number.parseInt(readFileSync(join(product.dataDir, "postgres/postmaster.pid"), "utf8"), 10);

/** Requests of every kind that works with the database, one after another. */
async function questions(): Promise<(() => Question)[]> {
  const file = await person.put("read.txt", "what is read");
  const { token } = await person.call(createShare, { body: { fileId: file.id, linkType: "permanent" } });
  const { headers } = person;
  const json = { ...headers, "content-type": "application/json" };
  let count = 0;
  const body = (value: object) => JSON.stringify(value);
  const name = () => `made ${++count}`;
  const tus = { ...headers, "tus-resumable": "1.0.0" };
  const credentials = { email, password: testPassword };
  return [
    () => ({ path: "/api/v1/files", headers }),
    () => ({ path: `/api/v1/files/${file.id}/content`, headers }),
    () => ({ path: "/api/v1/me", headers }),
    () => ({ path: "/api/v1/admin/users", headers }),
    () => ({ path: "/api/v1/settings" }),
    () => ({ path: "/api/v1/setup" }),
    () => ({ path: `/api/v1/search?q=read`, headers }),
    () => ({ path: `/api/v1/public/shares/${token}` }),
    () => ({ path: `/api/v1/public/shares/${token}/content` }),
    () => ({ path: "/auth/v1/settings" }),
    () => ({ path: "/auth/v1/user", headers }),
    () => ({ method: "POST", path: "/auth/v1/token?grant_type=password", headers: json, body: body(credentials) }),
    () => ({
      method: "POST",
      path: "/api/v1/auth/login",
      headers: json,
      body: body({ ...credentials, transport: "bearer" }),
    }),
    () => ({ method: "POST", path: "/api/v1/folders", headers: json, body: body({ name: name() }) }),
    () => ({
      method: "POST",
      path: "/api/v1/folders",
      headers: { ...json, "idempotency-key": name().replace(" ", "-") },
      body: body({ name: name() }),
    }),
    () => ({
      method: "PATCH",
      path: `/api/v1/files/${file.id}`,
      headers: json,
      body: body({ name: `read ${++count}.txt` }),
    }),
    () => ({
      method: "PUT",
      path: `/api/v1/files/content?name=${++count}.bin`,
      headers,
      body: "x".repeat(1 + (count % 7) * 30_000),
    }),
    () => ({
      method: "POST",
      path: "/api/v1/uploads",
      headers: { ...tus, "upload-length": "5", "upload-metadata": metadataOf({ filename: name() }) },
      body: "",
    }),
    () => ({
      method: "POST",
      path: "/api/v1/shares",
      headers: json,
      body: body({ fileId: file.id, linkType: "permanent" }),
    }),
    () => ({ path: "/readyz" }),
  ];
}

test(`a database that is killed ${kills} times is a 503 that says when to ask again, never a 500`, {
  timeout: 60_000 + kills * 20_000,
}, async () => {
  const kinds = await questions();
  const answers: (Answer & { question: Question })[] = [];
  let stopped = false;
  const client = async (at: number) => {
    for (let turn = at; !stopped; turn++) {
      const question = (kinds[turn % kinds.length] as () => Question)();
      const answer = await ask(product.url, question);
      answers.push({ question, ...answer });
      if (answer.status === 503) await sleep(20);
    }
  };
  const clients = Array.from({ length: 8 }, (_, i) => client(i * 3));
  for (let kill = 0; kill < kills; kill++) {
    const victim = postmaster();
    await sleep(100 + Math.random() * 400);
    process.kill(victim, "SIGKILL");
    // `/readyz` may be a former answer; this one comes from the database.
    await eventually(async () => (await fetch(`${product.url}/api/v1/me`, person)).status === 503, 30_000);
    await eventually(async () => (await fetch(`${product.url}/api/v1/me`, person)).ok, 60_000);
  }
  stopped = true;
  await Promise.all(clients);

  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  console.log(`${kills} kills, answers by status: ${JSON.stringify(counts)}`);
  const wrong = answers.filter(({ status }) => status === 500 || status === 0);
  const shown = wrong.map(
    ({ question, status, body }) => `${question.method ?? "GET"} ${question.path} ${status} ${body}`,
  );
  expect([...new Set(shown.map((line) => line.replace(/"requestId":"[^"]*"/, "")))]).toEqual([]);
  const away = answers.filter(({ status }) => status === 503);
  expect(away.length).toBeGreaterThan(kills);
  for (const { question, headers, body } of away) {
    if (question.path === "/readyz") continue;
    if (question.path.startsWith("/auth/v1/")) {
      expect(headers["retry-after"], question.path).toMatch(/^\d+$/);
      continue;
    }
    expect(headers["content-type"], question.path).toMatch(/^application\/problem\+json/);
    const { code } = JSON.parse(body) as { code: string };
    // Only what may be sent again without doing it twice is told when.
    if (code === "outcome_unknown") expect(question.method).toBe("POST");
    else {
      expect(code, `${question.path} ${body}`).toBe("unavailable");
      expect(headers["retry-after"], question.path).toMatch(/^\d+$/);
    }
  }
});
