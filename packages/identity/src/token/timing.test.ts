import { afterAll, beforeAll, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";

/** `IDENTITY_TIMING_ROUNDS=2000` gives figures that are worth reading; a few rounds only show a gross difference. */
const rounds = Number(process.env.IDENTITY_TIMING_ROUNDS ?? 40);
const precise = rounds >= 1000;

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity({ mail: true });
});
afterAll(() => service.close());

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

/** Medians of two requests whose rounds alternate, so that a busy machine disturbs both alike; in milliseconds. */
async function compare(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<[number, number]> {
  const took: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const start = performance.now();
      await (index === 0 ? one : other)();
      took[index].push(performance.now() - start);
    }
  }
  return [median(took[0]), median(took[1])];
}

async function post(path: string, body: object): Promise<number> {
  const answer = await fetch(`${service.url}/auth/v1/${path}`, { method: "POST", body: JSON.stringify(body) });
  await answer.arrayBuffer();
  return answer.status;
}

test.each([
  ["a sign-in with a wrong password", "token?grant_type=password", { password: "wrong password" }],
  ["a request for recovery", "recover", {}],
])(
  "%s takes as long whether there is an account or not",
  async (name, path, body) => {
    const known = freshEmail();
    await ok(service.admin().auth.admin.createUser({ email: known, password, email_confirm: true }));
    const unknown = freshEmail();
    const [there, not] = await compare(
      () => post(path, { ...body, email: known }),
      () => post(path, { ...body, email: unknown }),
    );
    const ratio = there / not;
    if (precise)
      console.info(`${name}: known ${there.toFixed(3)} ms, unknown ${not.toFixed(3)} ms, ratio ${ratio.toFixed(4)}`);
    const tolerance = precise ? 0.05 : 0.6;
    expect(Math.abs(ratio - 1)).toBeLessThan(tolerance);
  },
  3_600_000,
);
