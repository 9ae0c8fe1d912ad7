import { expect, test, vi } from "vitest";
import { ProblemError } from "../../../platform/http/problem.ts";
import type { Grant } from "../identity/identity-client.ts";
import { createRenewals } from "./renewals.ts";

const caller = { ip: "192.0.2.1", userAgent: null };

function setUp(answer: (token: string) => Promise<Grant>) {
  let now = 1_000_000;
  const ask = vi.fn(answer);
  const renewals = createRenewals(ask, { now: () => new Date(now) });
  return {
    ask,
    renew: (token: string) => renewals.renew(token, caller),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const grant = (token: string): Grant => ({
  accessToken: `access of ${token}`,
  refreshToken: `child of ${token}`,
  expiresAt: new Date(0),
  userId: "u",
});

test("asks once for all requests of about the same time, and each token for itself", async () => {
  const { ask, renew, pass } = setUp(async (token) => grant(token));
  const answers = await Promise.all([renew("a"), renew("a"), renew("b")]);
  expect(answers.map(({ refreshToken }) => refreshToken)).toEqual(["child of a", "child of a", "child of b"]);
  pass(9_999);
  await renew("a");
  expect(ask).toHaveBeenCalledTimes(2);
  pass(2);
  await renew("a");
  expect(ask).toHaveBeenCalledTimes(3);
});

test("keeps a verdict as long, but never a trouble", async () => {
  let error: Error = new ProblemError("session_ended", "over");
  const { ask, renew } = setUp(() => Promise.reject(error));
  await expect(renew("a")).rejects.toThrow("over");
  await expect(renew("a")).rejects.toThrow("over");
  expect(ask).toHaveBeenCalledTimes(1);
  for (error of [new ProblemError("unavailable", "away"), new Error("broken")]) {
    const name = error.message;
    await expect(renew(name)).rejects.toThrow(name);
    await expect(renew(name)).rejects.toThrow(name);
  }
  expect(ask).toHaveBeenCalledTimes(5);
});
