import { tmpdir } from "node:os";
import { expect, test, vi } from "vitest";
import { createReadiness, type ReadinessSources } from "./readiness.ts";

const healthy: ReadinessSources = {
  database: async () => {},
  storage: async () => ({ freeBytes: null }),
  workerSilence: async () => 1_000,
  folder: { path: tmpdir(), away: null },
  minFreeSpace: 1,
};
const find = (answer: Awaited<ReturnType<ReturnType<typeof createReadiness>>>, name: string) =>
  answer.checks.find((check) => check.name === name);

test("is ready when everything answers", async () => {
  const answer = await createReadiness(healthy)();
  expect(answer.status).toBe("ready");
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

test("a silent worker and a filling disk are told, but downloads go on", async () => {
  const answer = await createReadiness({
    ...healthy,
    workerSilence: async () => 10 * 60_000,
    minFreeSpace: Number.MAX_SAFE_INTEGER,
  })();
  expect(answer.status).toBe("ready");
  expect(find(answer, "worker")?.detail).toContain("No worker has been alive for 10 min");
  expect(find(answer, "disk")?.detail).toMatch(/has only [\d.]+ GiB free/);
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
