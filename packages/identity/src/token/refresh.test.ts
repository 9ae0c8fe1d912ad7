import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freshEmail, ok, password, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";

let service: RunningIdentity;
beforeAll(async () => {
  service = await startIdentity();
});
afterAll(() => service.close());

interface Answer {
  status: number;
  body: { access_token?: string; refresh_token?: string; code?: string; user?: { email: string } };
}

async function refresh(token: string): Promise<Answer> {
  const response = await fetch(`${service.url}/auth/v1/token?grant_type=refresh_token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-supabase-api-version": "2024-01-01" },
    body: JSON.stringify({ refresh_token: token }),
  });
  return { status: response.status, body: (await response.json()) as Answer["body"] };
}

async function newToken(): Promise<{ token: string; userId: string }> {
  const { session } = await ok(service.client().auth.signUp({ email: freshEmail(), password }));
  return { token: session?.refresh_token as string, userId: session?.user.id as string };
}

async function successor(token: string): Promise<string> {
  const { status, body } = await refresh(token);
  expect({ status, code: body.code }).toEqual({ status: 200, code: undefined });
  return body.refresh_token as string;
}

const tokensOf = async (userId: string) =>
  (
    await service.pool.query<{ token: string; parent: string | null; revoked: boolean }>(
      "SELECT token, parent, revoked FROM auth.refresh_tokens WHERE user_id = $1 ORDER BY id",
      [userId],
    )
  ).rows;

test("each refresh swaps the token and keeps its parent", async () => {
  const { token, userId } = await newToken();
  const second = await successor(token);
  const third = await successor(second);
  expect(await tokensOf(userId)).toEqual([
    { token, parent: null, revoked: true },
    { token: second, parent: token, revoked: true },
    { token: third, parent: second, revoked: false },
  ]);
});

test("fifty refreshes of one token at once end in one successor, five times in a row", async () => {
  const first = await newToken();
  let { token } = first;
  for (let round = 1; round <= 5; round++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    const rows = await tokensOf(first.userId);
    expect(rows).toHaveLength(round + 1);
    expect(rows.filter(({ revoked }) => !revoked)).toHaveLength(1);
    token = [...successors][0] as string;
  }
});

describe("a token that was used", () => {
  test("is taken again long after, while its successor has not been used: the client lost the answer", async () => {
    const { token, userId } = await newToken();
    const second = await successor(token);
    service.advance(3600);
    expect(await successor(token)).toBe(second);
    expect(await tokensOf(userId)).toHaveLength(2);
  });

  test("yields the present token within the reuse interval, also as a grandparent", async () => {
    const { token } = await newToken();
    const third = await successor(await successor(token));
    expect(await successor(token)).toBe(third);
  });

  test("ends the family when it comes back as a grandparent after the interval", async () => {
    const { token, userId } = await newToken();
    const second = await successor(token);
    const third = await successor(second);
    service.advance(11);
    expect(await refresh(token)).toMatchObject({ status: 400, body: { code: "refresh_token_already_used" } });
    expect((await tokensOf(userId)).every(({ revoked }) => revoked)).toBe(true);
    // Neither the thief nor the owner can go on, also within the interval that the revocation has just begun.
    for (const used of [second, third]) {
      expect(await refresh(used)).toMatchObject({ status: 400, body: { code: "refresh_token_already_used" } });
    }
  });

  test("is revoked for good when fifty replays of a grandparent come at once with the present token", async () => {
    const { token, userId } = await newToken();
    const third = await successor(await successor(token));
    service.advance(11);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => refresh(index === 25 ? third : token)));
    expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThanOrEqual(49);
    expect((await tokensOf(userId)).every(({ revoked }) => revoked)).toBe(true);
  });
});

describe("a refresh is refused", () => {
  test("for a token of another form, and for one that does not exist", async () => {
    expect(await refresh("short")).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await refresh("abcdefgh0123")).toMatchObject({ status: 400, body: { code: "refresh_token_not_found" } });
  });

  test("after the session was signed out", async () => {
    const client = service.client();
    const { session } = await ok(client.auth.signUp({ email: freshEmail(), password }));
    await ok(client.auth.signOut());
    const answer = await refresh(session?.refresh_token as string);
    expect(answer).toMatchObject({ status: 400, body: { code: "refresh_token_not_found" } });
  });

  test("for a banned person, whose access token ends at once as well", async () => {
    const { token, userId } = await newToken();
    const access = (await refresh(token)).body.access_token;
    await service.pool.query("UPDATE auth.users SET banned_until = now() + interval '10 days' WHERE id = $1", [userId]);
    expect(await refresh(token)).toMatchObject({ status: 400, body: { code: "user_banned" } });
    const user = await fetch(`${service.url}/auth/v1/user`, { headers: { authorization: `Bearer ${access}` } });
    expect([user.status, user.headers.get("x-sb-error-code")]).toEqual([403, "user_banned"]);
  });

  test("when the session is older than its time box", async () => {
    const { token } = await newToken();
    service.config.sessionTimebox = 100;
    const second = await successor(token);
    const access = (await refresh(second)).body.access_token;
    service.advance(101);
    const third = (await service.pool.query("SELECT token FROM auth.refresh_tokens WHERE parent = $1", [second]))
      .rows[0];
    expect(await refresh(third.token)).toMatchObject({ status: 400, body: { code: "session_expired" } });
    const user = await fetch(`${service.url}/auth/v1/user`, { headers: { authorization: `Bearer ${access}` } });
    expect([user.status, user.headers.get("x-sb-error-code")]).toEqual([403, "session_not_found"]);
    service.config.sessionTimebox = 0;
  });

  test("when the session was idle for too long", async () => {
    const { token } = await newToken();
    service.config.inactivityTimeout = 100;
    service.advance(90);
    const second = await successor(token);
    service.advance(90);
    const third = await successor(second);
    service.advance(101);
    expect(await refresh(third)).toMatchObject({ status: 400, body: { code: "session_expired" } });
    service.config.inactivityTimeout = 0;
  });
});

test("a client library refreshes without noticing any of this", async () => {
  const client = service.client();
  const { session } = await ok(client.auth.signUp({ email: freshEmail(), password }));
  const refreshed = await ok(client.auth.refreshSession());
  expect(refreshed.session?.refresh_token).not.toBe(session?.refresh_token);
  expect((await ok(client.auth.getUser())).user.id).toBe(session?.user.id);
});
