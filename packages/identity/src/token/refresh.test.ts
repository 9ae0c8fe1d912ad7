import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { encodeRefreshToken } from "../sessions/refresh-token.ts";
import { freshEmail, ok, password, type RunningIdentity, startIdentity } from "../testing/start-identity.ts";
import { type StoredChain, storeTokens } from "../testing/store-tokens.ts";

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

/** The person's sessions, and what of their tokens lies in the database. */
const sessionsOf = async (userId: string) =>
  (
    await service.pool.query<{ id: string; counter: number; key: string }>(
      `SELECT id, refresh_token_counter::int AS counter, refresh_token_hmac_key AS key FROM auth.sessions
        WHERE user_id = $1 ORDER BY created_at`,
      [userId],
    )
  ).rows;
const storedTokens = async () => (await service.pool.query("SELECT token FROM auth.refresh_tokens")).rows;

test("each refresh swaps the token and counts; no token lies in the database, nor what makes one", async () => {
  const { token, userId } = await newToken();
  const third = await successor(await successor(token));
  const [session, ...more] = await sessionsOf(userId);
  expect(more).toEqual([]);
  expect(session?.counter).toBe(2);
  expect(await storedTokens()).toEqual([]);
  const dump = await service.pool.query("SELECT to_jsonb(s) AS row FROM auth.sessions s WHERE user_id = $1", [userId]);
  for (const each of [token, third]) expect(JSON.stringify(dump.rows)).not.toContain(each);
  // As Supabase Auth seals it: whoever has the database and not the keys can make none.
  expect(JSON.parse(session?.key as string)).toMatchObject({
    alg: "aes-gcm-hkdf",
    key_id: service.keys.atRest.id,
  });
});

test("fifty refreshes of one token at once end in one successor, five times in a row", async () => {
  const first = await newToken();
  let { token } = first;
  for (let round = 1; round <= 5; round++) {
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => body.refresh_token));
    expect(successors.size).toBe(1);
    expect(await sessionsOf(first.userId)).toMatchObject([{ counter: round }]);
    token = [...successors][0] as string;
  }
});

describe("a token that was used", () => {
  test("is taken again long after, while its successor has not been used: the client lost the answer", async () => {
    const { token, userId } = await newToken();
    const second = await successor(token);
    service.advance(3600);
    expect(await successor(token)).toBe(second);
    expect(await sessionsOf(userId)).toMatchObject([{ counter: 1 }]);
  });

  test("yields the present token within the reuse interval, also as a grandparent", async () => {
    const { token } = await newToken();
    const third = await successor(await successor(token));
    expect(await successor(token)).toBe(third);
  });

  test("coming again and again does not make the interval longer", async () => {
    const { token } = await newToken();
    const second = await successor(token);
    const third = await successor(second);
    service.advance(6);
    expect(await successor(token)).toBe(third);
    expect(await successor(second)).toBe(third);
    service.advance(6);
    expect(await refresh(token)).toMatchObject({ status: 400, body: { code: "refresh_token_already_used" } });
  });

  test("ends the session when it comes back as a grandparent after the interval", async () => {
    const { token, userId } = await newToken();
    const second = await successor(token);
    const { body } = await refresh(second);
    service.advance(11);
    expect(await refresh(token)).toMatchObject({ status: 400, body: { code: "refresh_token_already_used" } });
    expect(await sessionsOf(userId)).toEqual([]);
    // Neither the thief nor the owner can go on, with whatever they have.
    for (const used of [second, body.refresh_token as string]) {
      expect(await refresh(used)).toMatchObject({ status: 400, body: { code: "refresh_token_not_found" } });
    }
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect((await fetch(`${service.url}/auth/v1/user`, { headers })).headers.get("x-sb-error-code")).toBe(
      "session_not_found",
    );
  });

  test("is revoked for good when fifty replays of a grandparent come at once with the present token", async () => {
    const { token, userId } = await newToken();
    const third = await successor(await successor(token));
    service.advance(11);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => refresh(index === 25 ? third : token)));
    expect(answers.filter(({ status }) => status === 400).length).toBeGreaterThanOrEqual(49);
    expect(await sessionsOf(userId)).toEqual([]);
  });
});

describe("a refresh is refused", () => {
  test("for a token of another form, and for one that does not exist", async () => {
    expect(await refresh("short")).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await refresh("x".repeat(60))).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    expect(await refresh("abcdefgh0123")).toMatchObject({ status: 400, body: { code: "refresh_token_not_found" } });
  });

  test("for a token of the right form that somebody made up, of a session that exists", async () => {
    const { token, userId } = await newToken();
    const [{ id = "" } = {}] = await sessionsOf(userId);
    for (const counter of [0n, 1n, 2n ** 62n]) {
      const forged = encodeRefreshToken(id, counter, randomBytes(32));
      expect(await refresh(forged)).toMatchObject({ status: 400, body: { code: "refresh_token_not_found" } });
    }
    expect(await refresh(encodeRefreshToken(randomUUID(), 0n, randomBytes(32)))).toMatchObject({ status: 400 });
    const damaged = `${token.slice(0, -3)}${token.endsWith("A") ? "BBB" : "AAA"}`;
    expect(await refresh(damaged)).toMatchObject({ status: 400, body: { code: "validation_failed" } });
    await successor(token);
  });

  test("for a session whose key was sealed with a key that is not here", async () => {
    const { token, userId } = await newToken();
    await service.pool.query(
      `UPDATE auth.sessions SET refresh_token_hmac_key = replace(refresh_token_hmac_key, $2, 'another') WHERE user_id = $1`,
      [userId, service.keys.atRest.id],
    );
    expect(await refresh(token)).toMatchObject({ status: 400, body: { code: "refresh_token_not_found" } });
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
    const { refresh_token: third, access_token: access } = (await refresh(second)).body;
    service.advance(101);
    expect(await refresh(third as string)).toMatchObject({ status: 400, body: { code: "session_expired" } });
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

describe("a session from before, whose tokens are stored as they are", () => {
  const first = "abcdefgh0001";

  async function storedSession(tokens: StoredChain): Promise<string> {
    const { userId } = await newToken();
    await service.pool.query("DELETE FROM auth.refresh_tokens");
    await storeTokens(service.pool, userId, tokens, new Date(Date.now() + service.shifted()));
    return userId;
  }

  test("goes on with a token that is not stored; fifty at once get the same one", async () => {
    const userId = await storedSession([[first, null, false]]);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(first)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const [token, ...more] = new Set(answers.map(({ body }) => body.refresh_token as string));
    expect(more).toEqual([]);
    expect(token?.length).toBeGreaterThan(50);
    expect(await sessionsOf(userId)).toMatchObject([{ counter: 0 }]);
    await successor(token as string);
  });

  test("yields it again long after to a client that lost the answer, and ends for one that comes back later still", async () => {
    const userId = await storedSession([[first, null, false]]);
    const token = await successor(first);
    service.advance(3600);
    expect(await successor(first)).toBe(token);
    await successor(token);
    service.advance(11);
    expect(await refresh(first)).toMatchObject({ status: 400, body: { code: "refresh_token_already_used" } });
    expect(await sessionsOf(userId)).toEqual([]);
  });

  test("keeps its rules for tokens that were used before", async () => {
    const [second, third] = ["abcdefgh0002", "abcdefgh0003"];
    const chain: StoredChain = [
      [first, null, true],
      [second, first, true],
      [third, second, false],
    ];
    const userId = await storedSession(chain);
    expect(await successor(first)).toBe(third);
    service.advance(11);
    expect(await successor(second)).toBe(third);
    expect(await refresh(first)).toMatchObject({ status: 400, body: { code: "refresh_token_already_used" } });
    expect(await sessionsOf(userId)).toEqual([]);
  });
});

test("a client library refreshes without noticing any of this", async () => {
  const client = service.client();
  const { session } = await ok(client.auth.signUp({ email: freshEmail(), password }));
  const refreshed = await ok(client.auth.refreshSession());
  expect(refreshed.session?.refresh_token).not.toBe(session?.refresh_token);
  expect((await ok(client.auth.getUser())).user.id).toBe(session?.user.id);
});
