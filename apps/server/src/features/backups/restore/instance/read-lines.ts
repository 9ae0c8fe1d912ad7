import { type Repository, readFile, type TreeNode } from "@holdfast/repository";

/** A file of the snapshot, line by line. The reader waits while a line is being worked on. */
export async function* linesOf(repository: Repository, node: TreeNode): AsyncGenerator<string> {
  for await (const chunk of chunksOf(repository, node)) yield* chunk;
}

async function* chunksOf(repository: Repository, node: TreeNode): AsyncGenerator<string[]> {
  const waiting: string[][] = [];
  let resume: (() => void) | null = null;
  let wake: (() => void) | null = null;
  let rest = "";
  const decoder = new TextDecoder();
  let ended = false;
  const reading = readFile(repository, node, async (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() as string;
    waiting.push(lines);
    wake?.();
    await new Promise<void>((resolve) => {
      resume = resolve;
    });
  }).finally(() => {
    ended = true;
    wake?.();
  });
  reading.catch(() => {});
  for (;;) {
    const lines = waiting.shift();
    if (lines) {
      yield lines;
      (resume as (() => void) | null)?.();
    } else if (ended) {
      break;
    } else {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  await reading;
  if (rest !== "") yield [rest];
}
