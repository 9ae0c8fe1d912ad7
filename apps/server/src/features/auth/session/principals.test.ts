import { expect, test, vi } from "vitest";
import { createPrincipals, type SessionState } from "./principals.ts";

const state: SessionState = {
  ...{ userId: "u", email: "a@b.org", role: "user" },
  ...{ disabled: false, pending: false, halfSignedIn: false, keptOut: false, secondFactorMissing: false },
};

function setUp() {
  let now = 1_000_000;
  const answers: ((value: SessionState | null) => void)[] = [];
  const load = vi.fn(() => new Promise<SessionState | null>((resolve) => answers.push(resolve)));
  const principals = createPrincipals(load, { now: () => new Date(now) });
  return {
    principals,
    load,
    answers,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test("asks once for many requests, and again after a second, counted from the question", async () => {
  const { principals, load, answers, pass } = setUp();
  const both = [principals.stateOf("s", "u"), principals.stateOf("s", "u")];
  pass(600);
  answers[0]?.(state);
  expect(await Promise.all(both)).toEqual([state, state]);
  await principals.stateOf("s", "u");
  expect(load).toHaveBeenCalledTimes(1);
  pass(400);
  void principals.stateOf("s", "u");
  expect(load).toHaveBeenCalledTimes(2);
});

test("after forgetting nobody gets what was read before, not even what is still under way", async () => {
  const { principals, answers } = setUp();
  const early = principals.stateOf("s", "u");
  principals.forget("u");
  const late = principals.stateOf("s", "u");
  answers[0]?.(state);
  answers[1]?.(null);
  expect(await early).toEqual(state);
  expect(await late).toBeNull();
  expect(await principals.stateOf("s", "u")).toBeNull();
});

test("forgets one person's sessions and no other's", async () => {
  const { principals, load, answers } = setUp();
  for (const [session, user] of [
    ["s1", "u"],
    ["s2", "u"],
    ["s3", "v"],
  ] as const) {
    void principals.stateOf(session, user);
    answers.at(-1)?.(state);
  }
  principals.forget("u");
  for (const [session, user] of [
    ["s1", "u"],
    ["s2", "u"],
    ["s3", "v"],
  ] as const) {
    void principals.stateOf(session, user);
  }
  expect(load.mock.calls).toEqual([["s1"], ["s2"], ["s3"], ["s1"], ["s2"]]);
});

test("a clock that is set back keeps nothing alive, and a failure is not remembered", async () => {
  const { principals, load, answers, pass } = setUp();
  void principals.stateOf("s", "u");
  answers[0]?.(state);
  pass(-5000);
  void principals.stateOf("s", "u");
  expect(load).toHaveBeenCalledTimes(2);

  const failing = createPrincipals(() => Promise.reject(new Error("away")), { now: () => new Date() });
  await expect(failing.stateOf("s", "u")).rejects.toThrow("away");
  await expect(failing.stateOf("s", "u")).rejects.toThrow("away");
});

test("a failure is not remembered either when another session was asked about meanwhile", async () => {
  const failures: ((error: Error) => void)[] = [];
  const load = vi.fn(() => new Promise<SessionState | null>((_resolve, reject) => failures.push(reject)));
  const principals = createPrincipals(load, { now: () => new Date(0) });
  const [one, other] = [principals.stateOf("s1", "u"), principals.stateOf("s2", "u")];
  other.catch(() => {});
  failures[0]?.(new Error("away"));
  await expect(one).rejects.toThrow("away");
  principals.stateOf("s1", "u").catch(() => {});
  expect(load).toHaveBeenCalledTimes(3);
});
