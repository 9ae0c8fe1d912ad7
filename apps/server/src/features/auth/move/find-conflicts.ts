import type pg from "pg";
import type { LaterSides } from "./later-side.ts";

/** Somebody or something else on the other side that holds what must be held once. */
interface Unique {
  readonly table: string;
  /** What is unique, as one text. */
  readonly value: string;
  /** Whose it is: the same on both sides, or it is a conflict. */
  readonly owner: string;
  readonly where: string;
  readonly say: (count: number, example: string) => string;
}

const uniques: readonly Unique[] = [
  {
    table: "users",
    value: "lower(email)",
    owner: "id::text",
    where: "email is not null and not is_sso_user",
    say: (count, example) =>
      `${count} email addresses belong to other accounts on the other side (such as ${example}). Delete the account on one side first.`,
  },
  {
    table: "identities",
    value: "provider || ' ' || provider_id",
    owner: "id::text || user_id::text",
    where: "true",
    say: (count, example) => `${count} identities belong to other accounts on the other side (such as ${example}).`,
  },
  {
    table: "one_time_tokens",
    value: "user_id::text || ' ' || token_type::text",
    owner: "id::text",
    where: "true",
    say: (count) =>
      `${count} accounts have other codes open on the other side. Wait until they have run out, or delete them there.`,
  },
  {
    table: "refresh_tokens",
    value: "id::text",
    owner: "token",
    where: "true",
    say: (count) => `${count} refresh tokens have numbers that others have on the other side. Move without sessions.`,
  },
  {
    table: "webauthn_credentials",
    value: "encode(credential_id, 'hex')",
    owner: "id::text || user_id::text",
    where: "true",
    say: (count) => `${count} passkeys belong to other accounts on the other side. Remove them on one side first.`,
  },
];

/** @param moved names of the tables that are copied @returns a sentence for each kind of conflict */
export async function findConflicts(
  from: pg.Client,
  to: pg.Client,
  moved: ReadonlySet<string>,
  later: LaterSides,
): Promise<string[]> {
  const found: string[] = [];
  for (const unique of uniques) {
    if (!moved.has(unique.table)) continue;
    const sql = `select ${unique.value} as value, ${unique.owner} as owner from auth.${unique.table} where ${unique.where}`;
    const there = new Map(
      (await to.query<{ value: string; owner: string }>(sql)).rows.map((row) => [row.value, row.owner]),
    );
    const here = (await from.query<{ value: string; owner: string }>(sql)).rows;
    // Whose account was changed on one side since has their codes from that side.
    const decided = ({ value }: { value: string }) => {
      const [userId = ""] = value.split(" ");
      return unique.table === "one_time_tokens" && (later.here.has(userId) || later.there.has(userId));
    };
    const clashes = here.filter((row) => there.has(row.value) && there.get(row.value) !== row.owner && !decided(row));
    if (clashes[0]) found.push(unique.say(clashes.length, clashes[0].value));
  }
  return found;
}
