import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { createPasswordHasher } from "../../packages/identity/src/index.ts";
import { startMailbox } from "../../packages/identity/src/testing/mailbox.ts";
import { startPostgres } from "../../packages/postgres/src/index.ts";
import { testPassword } from "../support/person.ts";
import { startProduct } from "../support/product.ts";
import { line, mark, median } from "./http/side-by-side.ts";

const rounds = Number(process.env.HOLDFAST_BENCH_ROUNDS || 2000);
/** An account may fail so often before it waits. */
const perAccount = 9;
/** The most that the medians may differ by. */
const wanted = 0.05;

interface Action {
  readonly name: string;
  readonly path: string;
  /** Which of the accounts that exist it is asked for. */
  readonly known: "confirmed" | "waiting";
  body(email: string): object;
}

const actions: readonly Action[] = [
  {
    ...{ name: "sign-in", path: "/api/v1/auth/login", known: "confirmed" },
    body: (email) => ({ email, password: "not the password", transport: "bearer" }),
  },
  {
    ...{ name: "sign-in-contract", path: "/auth/v1/token?grant_type=password", known: "confirmed" },
    body: (email) => ({ email, password: "not the password" }),
  },
  { name: "recovery", path: "/api/v1/auth/recover", known: "confirmed", body: (email) => ({ email }) },
  {
    ...{ name: "sign-up", path: "/api/v1/auth/register", known: "confirmed" },
    body: (email) => ({ email, password: testPassword, transport: "bearer" }),
  },
  { name: "resend", path: "/api/v1/auth/register/resend", known: "waiting", body: (email) => ({ email }) },
  {
    ...{ name: "magic-link", path: "/auth/v1/otp", known: "confirmed" },
    body: (email) => ({ email, create_user: false }),
  },
];

/**
 * Does the time of an answer tell whether there is an account? The same request for an account that exists and one that does not, by turns; the
 * medians may differ by 5 %. `npm run bench -- known-unknown [sign-in recovery …]`, HOLDFAST_BENCH_ROUNDS for how many.
 */
export async function run(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
  const postgres = await startPostgres({ dataDir: join(folder, "postgres"), log: () => {} });
  const mailbox = await startMailbox();
  const product = await startProduct({
    dataDir: join(folder, "data"),
    env: {
      DATABASE_URL: postgres.adminUrl,
      SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
      ...{ SIGNUP: "open", HOLDFAST_AUTH_RATE_LIMIT: "0", LOG_LEVEL: "warn" },
      ...{ HOLDFAST_ADMIN_EMAIL: "admin@example.org", HOLDFAST_ADMIN_PASSWORD: testPassword },
    },
  });
  try {
    for (const action of actions) {
      if (names.length > 0 && !names.includes(action.name)) continue;
      await addPeople(postgres.adminUrl, action);
      await compare(product.url, action);
    }
  } finally {
    await product.stop();
    await mailbox.close();
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const addressOf = (action: Action, kind: "known" | "unknown", i: number) => `${kind}-${action.name}-${i}@example.org`;

/** As the service makes them, but by the thousand. */
async function addPeople(databaseUrl: string, action: Action): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `with people as (
       insert into auth.users (id, instance_id, aud, role, email, encrypted_password, email_confirmed_at, confirmation_token,
         recovery_token, email_change_token_new, email_change, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
       select gen_random_uuid(), '00000000-0000-0000-0000-000000000000', 'authenticated', 'authenticated',
         'known-' || $1::text || '-' || n || '@example.org', $2, case when $3::boolean then now() end, '', '', '', '',
         '{"provider": "email", "providers": ["email"]}', '{}', now(), now()
       from generate_series(0, $4::int - 1) n returning id, email)
     insert into auth.identities (provider_id, user_id, identity_data, provider, created_at, updated_at)
     select id::text, id, jsonb_build_object('sub', id, 'email', email), 'email', now(), now() from people`,
    [action.name, await createPasswordHasher().hash(testPassword), action.known === "confirmed", rounds],
  );
  await client.query("vacuum analyze");
  await client.end();
}

async function compare(url: string, action: Action): Promise<void> {
  const guesses = action.name.startsWith("sign-in");
  const took: Record<"known" | "unknown", number[]> = { known: [], unknown: [] };
  const answers = { known: new Set<string>(), unknown: new Set<string>() };
  const warmUp = Math.min(50, rounds);
  for (let round = -warmUp; round < rounds; round++) {
    // By chance, so that what is still done for one request is met by the one kind as often as by the other.
    for (const kind of Math.random() < 0.5 ? (["known", "unknown"] as const) : (["unknown", "known"] as const)) {
      const i = Math.abs(guesses ? Math.floor(round / perAccount) : round);
      // What comes before the first round asks for others, who all do not exist.
      const email = round < 0 ? `warm-${action.name}-${kind}-${i}@example.org` : addressOf(action, kind, i);
      const began = performance.now();
      const answer = await fetch(url + action.path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(action.body(email)),
      });
      const text = await answer.text();
      if (round < 0) continue;
      took[kind].push(performance.now() - began);
      answers[kind].add(`${answer.status} ${text.replaceAll(email, "…").replace(/"requestId":"[^"]*"/, "")}`);
      if (!guesses) await sleep(2);
    }
  }
  const [known, unknown] = [median(took.known), median(took.unknown)];
  const same = answers.known.size === 1 && [...answers.known].join() === [...answers.unknown].join();
  const difference = Math.abs(known / unknown - 1);
  line(
    `${action.name}, ${rounds} rounds`,
    `known ${known.toFixed(2)} ms`,
    `unknown ${unknown.toFixed(2)} ms`,
    `difference ${(difference * 100).toFixed(1)} %`,
    same
      ? mark(difference, wanted, false)
      : `DIFFERENT ANSWERS: ${[...answers.known, "/", ...answers.unknown].join(" ").slice(0, 400)}`,
  );
}
