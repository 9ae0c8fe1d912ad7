/**
 * Calls `run` with everything that came while the call before was under way: one call at a time, at most `most` items in each. `run`
 * returns one result for each item, in their order; what it throws, all of its items throw.
 */
export function inGroups<Item, Result>(
  run: (items: Item[]) => Promise<Result[]>,
  most = 100,
): (item: Item) => Promise<Result> {
  const waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];
  let running = false;

  const next = async (): Promise<void> => {
    const group = waiting.splice(0, most);
    try {
      const results = await run(group.map(({ item }) => item));
      for (const [i, { resolve }] of group.entries()) resolve(results[i] as Result);
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
    running = waiting.length > 0;
    if (running) void next();
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running) return;
      running = true;
      void next();
    });
}
