import { StorageError } from "@holdfast/storage";
import { expect, test, vi } from "vitest";
import { createReadiness, type ReadinessSources, withoutDetails } from "./readiness.ts";

const healthy: ReadinessSources = {
  database: async () => {},
  storage: async () => ({ freeBytes: null }),
  workerSilence: async () => 1_000,
  auth: null,
  folder: { away: null },
  room: async () => ({ refused: false, detail: "The disk has 20 GiB free." }),
};
const find = (answer: Awaited<ReturnType<ReturnType<typeof createReadiness>>>, name: string) =>
  answer.checks.find((check) => check.name === name);

test("is ready when everything answers", async () => {
  const answer = await createReadiness(healthy)();
  expect(answer).toMatchObject({ status: "ready", uploads: "accepted" });
  expect(answer.checks.map(({ name, ok }) => [name, ok])).toEqual([
    ["database", true],
    ["storage", true],
    ["worker", true],
    ["disk", true],
  ]);
});

test.each(["database", "storage"] as const)("is not ready without the %s, and says why", async (name) => {
  const answer = await createReadiness({ ...healthy, [name]: () => Promise.reject(new Error("it burns")) })();
  expect(answer.status).toBe("not_ready");
  expect(find(answer, name)).toMatchObject({ ok: false, detail: expect.stringMatching(/cannot be used: it burns\.$/) });
});

test("a Supabase that is away or refuses our keys is told, and downloads go on", async () => {
  const wrong = ["Supabase Auth refuses SUPABASE_SERVICE_ROLE_KEY.", "SUPABASE_JWT_SECRET is not the secret."];
  const answer = await createReadiness({ ...healthy, auth: async () => wrong })();
  expect(answer.status).toBe("ready");
  expect(find(answer, "auth")).toEqual({
    ...{ name: "auth", ok: false, code: "misconfigured", detail: wrong.join(" ") },
  });
  expect(find(await createReadiness({ ...healthy, auth: async () => [] })(), "auth")).toMatchObject({ ok: true });
});

test("a silent worker and a filling disk are told, but downloads go on", async () => {
  const answer = await createReadiness({
    ...healthy,
    workerSilence: async () => 10 * 60_000,
    room: async () => ({ refused: true, detail: "Uploads are refused: the disk has 1 MiB free." }),
  })();
  expect(answer.status).toBe("ready");
  expect(find(answer, "worker")?.detail).toContain("No worker has been alive for 10 min");
  expect(answer.uploads).toBe("refused");
  expect(find(answer, "disk")).toMatchObject({ ok: false, detail: expect.stringContaining("Uploads are refused") });
});

test("a store without room serves what it has, and says that it takes nothing", async () => {
  const full = new StorageError("no_space", "The disk is full: could not store the probe.");
  const answer = await createReadiness({ ...healthy, storage: () => Promise.reject(full) })();
  expect(answer).toMatchObject({ status: "ready", uploads: "refused" });
});

test("what does not answer in time counts as failed", async () => {
  const answer = await createReadiness({ ...healthy, database: () => new Promise(() => {}) })();
  expect(answer.status).toBe("not_ready");
  expect(find(answer, "database")?.detail).toBe("The database does not answer within 3 seconds.");
});

test("many who ask at once cost one look", async () => {
  const storage = vi.fn<ReadinessSources["storage"]>(async () => ({ freeBytes: 1 }));
  const ask = createReadiness({ ...healthy, storage });
  await Promise.all(Array.from({ length: 50 }, () => ask()));
  expect(storage).toHaveBeenCalledOnce();
});

test("a worker that has never run is starting for a minute, and missing after that", async () => {
  const none = { ...healthy, workerSilence: async () => null };
  expect(find(await createReadiness(none)(), "worker")).toMatchObject({ ok: true, code: "starting" });
  const long = createReadiness(none, performance.now() - 61_000);
  expect(find(await long(), "worker")).toMatchObject({ ok: false, code: "missing" });
});

test("a stranger is told states and codes, and nothing of what went wrong", async () => {
  const refused = Promise.reject(new Error("connect ECONNREFUSED 10.0.0.7:5432"));
  const answer = withoutDetails(await createReadiness({ ...healthy, database: () => refused })());
  expect(answer.checks[0]).toEqual({ name: "database", ok: false, code: "unavailable" });
  expect(JSON.stringify(answer)).not.toContain("10.0.0.7");
});
