import { expect, test, vi } from "vitest";
import { expositionText } from "./exposition.ts";
import { createGathering, type Source } from "./gather.ts";

const source = (name: string, ask: Source["ask"], freshMs = 0): Source => ({
  ...{ name, freshMs, ask },
  metrics: [{ name: `of_${name}`, help: name }],
});
const told = async (gather: ReturnType<typeof createGathering>) => expositionText([await gather()]);

test("a source that fails or does not answer leaves its own metrics out, and no other", async () => {
  const never = vi.fn<Source["ask"]>(() => new Promise(() => {}));
  const gather = createGathering(
    [
      source("good", async () => [["of_good", 7]]),
      source("bad", () => Promise.reject(new Error("it burns"))),
      source("slow", never),
    ],
    50,
  );
  const text = await told(gather);
  expect(text).toMatch(/^of_good 7$/m);
  expect(text).not.toMatch(/^of_(bad|slow) /m);
  for (const [name, up] of Object.entries({ good: 1, bad: 0, slow: 0 })) {
    expect(text).toContain(`holdfast_metrics_source_up{source="${name}"} ${up}`);
  }
  // What has not ended is not asked a second time.
  await told(gather);
  expect(never).toHaveBeenCalledOnce();
});

test("what is gone is told no longer, and what is back is", async () => {
  const answers: Awaited<ReturnType<Source["ask"]>>[] = [[["of_one", 1]], [["of_one", null]], [["of_one", 0]]];
  const gather = createGathering([source("one", async () => answers.shift() ?? Promise.reject(new Error("away")))]);
  expect(await told(gather)).toMatch(/^of_one 1$/m);
  expect(await told(gather)).not.toMatch(/^of_one /m);
  expect(await told(gather)).toMatch(/^of_one 0$/m);
  expect(await told(gather)).not.toMatch(/^of_one /m);
});

test("many who ask at once, and soon after, cost one question", async () => {
  const ask = vi.fn<Source["ask"]>(async () => [["of_one", 1]]);
  const gather = createGathering([source("one", ask, 60_000)]);
  await Promise.all(Array.from({ length: 20 }, gather));
  expect(await told(gather)).toMatch(/^of_one 1$/m);
  expect(ask).toHaveBeenCalledOnce();
});
