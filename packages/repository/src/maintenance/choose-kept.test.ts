import { describe, expect, test } from "vitest";
import { backup } from "../backup/backup.ts";
import { type Snapshot, saveSnapshot } from "../format/snapshot.ts";
import { Random } from "../testing/random.ts";
import { restic } from "../testing/restic.ts";
import { temporaryRepository } from "../testing/temporary.ts";
import { chooseKept, type KeepPolicy } from "./choose-kept.ts";
import { forget } from "./forget.ts";

const POLICIES: [KeepPolicy, string[]][] = [
  [{ last: 3 }, ["--keep-last", "3"]],
  [{ hourly: 5 }, ["--keep-hourly", "5"]],
  [{ daily: 7 }, ["--keep-daily", "7"]],
  [{ weekly: 6 }, ["--keep-weekly", "6"]],
  [{ monthly: 9 }, ["--keep-monthly", "9"]],
  [{ yearly: 2 }, ["--keep-yearly", "2"]],
  [{ within: { months: 2, days: 3, hours: 5 } }, ["--keep-within", "2m3d5h"]],
  [{ withinDaily: { days: 40 } }, ["--keep-within-daily", "40d"]],
  [{ withinWeekly: { years: 1 } }, ["--keep-within-weekly", "1y"]],
  [{ tags: [["a", "b"], ["c"]] }, ["--keep-tag", "a,b", "--keep-tag", "c"]],
  [
    { last: 2, daily: 4, weekly: 3, monthly: 12, tags: [["c"]], withinHourly: { days: 2 } },
    "--keep-last 2 --keep-daily 4 --keep-weekly 3 --keep-monthly 12 --keep-tag c --keep-within-hourly 2d".split(" "),
  ],
];

test("keeps what restic keeps, for every rule", { timeout: 60_000 }, async () => {
  const { root, repository } = await temporaryRepository();
  const random = new Random(11);
  await backup(repository, {}, async (session) => {
    const tree = await session.writeFolder([]);
    await session.saveSnapshot({ tree, paths: ["/"], hostname: "h", time: new Date(Date.UTC(2023, 0, 1)) });
    for (let i = 0; i < 120; i++) {
      const age =
        random.below(3) === 0
          ? random.below(4 * 86_400_000)
          : random.below(700) * 86_400_000 + random.below(86_400_000);
      const tags = ["a", "b", "c"].filter(() => random.below(4) === 0);
      const snapshot = { tree, tags, paths: ["/"], hostname: "h", time: new Date(Date.UTC(2025, 11, 30) - age) };
      await saveSnapshot(repository.store, repository.cipher, snapshot);
    }
  });
  for (const [policy, flags] of POLICIES) {
    const args = ["forget", "--dry-run", "--json", "--group-by", "", ...flags];
    const [group] = JSON.parse((await restic(root, args)).split("\n")[0] as string) as { keep: { id: string }[] }[];
    const [ours] = await forget(repository, { policy, preview: true, groupBy: () => "" });
    const kept = ours?.keep.map(({ snapshot }) => snapshot.id) ?? [];
    expect(kept.sort(), flags.join(" ")).toEqual(group?.keep.map(({ id }) => id).sort());
    expect(kept.length + (ours?.remove.length ?? 0)).toBe(121);
  }
});

describe("a policy", () => {
  const at = (time: string): Snapshot => ({ id: time, time: new Date(time), tree: "", paths: [] });

  test("without a rule keeps everything", () => {
    for (const policy of [{}, { last: 0, tags: [], within: {} }]) {
      expect(chooseKept([at("2026-01-01T00:00:00Z")], policy).remove).toEqual([]);
    }
  });

  test("begins days where the time zone does", () => {
    const list = [at("2026-01-01T22:30:00Z"), at("2026-01-01T23:30:00Z"), at("2026-01-02T00:30:00Z")];
    const kept = (zone: string) => chooseKept(list, { daily: -1 }, zone).keep.map(({ snapshot }) => snapshot.id);
    expect(kept("UTC")).toEqual(["2026-01-02T00:30:00Z", "2026-01-01T23:30:00Z"]);
    expect(kept("Europe/Berlin")).toEqual(["2026-01-02T00:30:00Z", "2026-01-01T22:30:00Z"]);
  });
});
