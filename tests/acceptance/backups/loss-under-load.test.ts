import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackup, createBackupTarget } from "../../../packages/contract/src/index.ts";
import { Random } from "../../crash/support/random.ts";
import { type Person, registerPerson, signIn } from "../../support/person.ts";
import { type Drill, holdfast, inParallel, readEverything, startDrill } from "./drill.ts";
import { type Step, startWriter, stateOf } from "./instant.ts";
import { backupEnded } from "./support.ts";

const seed = Number(process.env.HOLDFAST_DRILL_SEED ?? Math.floor(Math.random() * 2 ** 31));
/** Operations a second of each of two people. */
const RATE = 40;
const BALLAST_FILES = 1500;

let drill: Drill;

beforeAll(async () => {
  drill = await startDrill();
});
afterAll(() => drill?.end());

/** How many operations are in a state that a person was found in; several numbers where operations changed nothing. */
function candidates(steps: readonly Step[], state: string): number[] {
  return steps.flatMap((step, i) => (step.state === state ? [i + 1] : []));
}

test("an instance that is backed up under constant load comes back as of one instant, for everybody alike", {
  timeout: 300_000,
}, async () => {
  const random = new Random(seed);
  const admin = await signIn(drill.product.url, "admin@example.org");
  const people = [await registerPerson(drill.product.url, "ann"), await registerPerson(drill.product.url, "ben")];
  // Something to read, so that the backup takes a while.
  const numbers = Array.from({ length: BALLAST_FILES }, (_, i) => i);
  await inParallel(12, numbers, async (i) => {
    await admin.put(`ballast ${i}.bin`, random.bytes(i % 100 === 0 ? 2_000_000 : 2_000));
  });
  const safe = join(drill.folder, "safe");
  const { id: targetId } = await admin.call(createBackupTarget, {
    body: { kind: "local", name: "Safe", folder: safe },
  });
  const writers = await Promise.all(
    people.map((person) => startWriter(person, new Random(random.below(2 ** 31)), RATE)),
  );
  await sleep(1500);
  const asked = performance.now();
  const { id } = await admin.call(createBackup, { body: { scope: "instance", targetId } });
  const backup = await backupEnded(admin, id);
  const ended = performance.now();
  await sleep(300);
  for (const writer of writers) await writer.stop();
  expect(backup).toMatchObject({ status: "completed", error: null });
  const during = writers.map(({ steps }) => steps.filter(({ began }) => began > asked && began < ended).length);
  // Else nothing was shown.
  expect(Math.min(...during)).toBeGreaterThan(20);

  const args = ["restore", "--target", safe, "--password-file", await drill.lose()];
  expect(await holdfast(drill.dataDir, ...args)).toMatchObject({ code: 0 });
  await drill.start();

  const found = await Promise.all(
    people.map(async ({ email }: Person) => stateOf(await readEverything(await signIn(drill.product.url, email)))),
  );
  const counts = writers.map(({ steps }, i) => candidates(steps, found[i] as string));
  const kinds = new Set(writers.flatMap(({ steps }) => steps.map(({ what }) => what)));
  console.log(
    `seed ${seed}: ${during.join(" and ")} operations during a backup of ${((ended - asked) / 1000).toFixed(1)} s; restored after operation ${counts.join(" and ")} of ${writers.map(({ steps }) => steps.length).join(" and ")}`,
  );
  expect([...kinds].sort()).toEqual(["delete", "folder", "move", "put", "rename", "replace", "trash"]);
  for (const [i, { steps }] of writers.entries()) {
    // What was acknowledged before the backup was asked for is in it; what began after its end is not.
    const least = steps.filter(({ acknowledged }) => acknowledged < asked).length;
    const most = steps.filter(({ began }) => began < ended).length;
    expect([i, counts[i]!.filter((count) => count >= least && count <= most).length > 0]).toEqual([i, true]);
  }
  // One instant for both: nothing of the one is missing that was acknowledged before something of the other, which is there, began.
  const together = counts[0]!.some((one) =>
    counts[1]!.some((other) => isOneInstant(writers[0]!.steps, one, writers[1]!.steps, other)),
  );
  expect(together).toBe(true);
});

function isOneInstant(steps: readonly Step[], count: number, others: readonly Step[], otherCount: number): boolean {
  const lastBegan = Math.max(steps[count - 1]?.began ?? 0, others[otherCount - 1]?.began ?? 0);
  const firstMissing = Math.min(
    steps[count]?.acknowledged ?? Number.POSITIVE_INFINITY,
    others[otherCount]?.acknowledged ?? Number.POSITIVE_INFINITY,
  );
  return lastBegan < firstMissing;
}
