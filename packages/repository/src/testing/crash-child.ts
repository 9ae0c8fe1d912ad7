import path from "node:path";
import { createLocalStore } from "@holdfast/storage";
import { backup } from "../backup/backup.ts";
import { forget } from "../maintenance/forget.ts";
import { prune } from "../maintenance/prune.ts";
import { openRepository } from "../repository.ts";
import { restore } from "../restore/restore.ts";
import { folderSink } from "./files-on-disk.ts";
import { changed, digest, randomFiles, writeFiles } from "./model.ts";
import { Random } from "./random.ts";

// Works on a repository until it is killed: each time a backup of changed files and its restore (into `out/<snapshot>`), now and then forget and
// prune. Says on its standard output what it has been told is done; each snapshot carries the digest of its files as a tag.
const [root, seed, out] = process.argv.slice(2) as [string, string, string];
const random = new Random(Number(seed));
const store = await createLocalStore({ root });
const repository = await openRepository({ store, password: "secret" });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
say("open");
let files = randomFiles(random, 30);
for (;;) {
  files = changed(random, files, 10);
  const snapshot = await backup(repository, {}, async (session) => {
    const tree = await writeFiles(session, files);
    return session.saveSnapshot({ tree, paths: ["/"], hostname: "host", tags: [digest(files)] });
  });
  say(`stored ${snapshot}`);
  say(`restores ${snapshot}`);
  const { tree } = await repository.snapshot(snapshot);
  await restore(repository, tree, folderSink(path.join(out, snapshot)));
  say(`restored ${snapshot}`);
  if (random.below(2) === 0) {
    say("forgets");
    const groups = await forget(repository, { policy: { last: 2 } });
    for (const { remove } of groups) for (const { id } of remove) say(`forgot ${id}`);
    say("forgotten");
  }
  if (random.below(2) === 0) await prune(repository, { maxUnused: 0 });
}
