import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type AnyServer, anyServer } from "../../support/any-server.ts";
import type { Person } from "../../support/person.ts";
import { beginUpload, finallyWhole, type Model, tusCommands, tusSize } from "../../support/uploads/tus-model.ts";

/** More in a run of one's own: HOLDFAST_TEST_TUS_CASES=20000. */
const cases = Number(process.env.HOLDFAST_TEST_TUS_CASES ?? 150);
const source = randomBytes(20_000_000);

let server: AnyServer;
let ann: Person;
beforeAll(async () => {
  server = await anyServer();
  ann = await server.person();
});
afterAll(() => server.close());

test(
  `tus behaves as its model does, over ${cases} stories`,
  async () => {
    let counter = 0;
    let steps = 0;
    await fc.assert(
      fc.asyncProperty(tusSize, tusCommands, async (size, commands) => {
        const real = await beginUpload(ann, server.url, source, `story ${++counter}`, size);
        const model: Model = { offset: 0, size, state: size === 0 ? "complete" : "open" };
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await finallyWhole(model, real);
        steps += [...commands].length;
      }),
      { numRuns: cases },
    );
    expect(steps).toBeGreaterThan(cases);
  },
  Math.max(60_000, cases * 1000),
);
