import type { SignInEvent } from "@holdfast/identity";
import type { Access, AccessLog } from "../../../platform/audit/access-log.ts";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import { coarseNetwork, inet, plainAddress } from "../../../platform/http/connection/network.ts";
import { ProblemError } from "../../../platform/http/problem.ts";
import { newId } from "../../../platform/ids.ts";
import { inGroups } from "../../../platform/in-groups.ts";
import { beforeId, type Page, type PageQuery, pageById, rowsFor } from "../../../platform/listing/page.ts";
import type { Caller } from "../identity/identity-client.ts";
import { type LoginOutcome, listLogins, recordLogin, recordThrottledLogins } from "./login-history.queries.ts";

/** One entry, as the API gives it: an attempt, or several alike within ten minutes. */
export interface Login {
  id: string;
  occurredAt: string;
  firstAt: string;
  attempts: number;
  /** An address, or the network of several. */
  ip: string | null;
  userAgent: string | null;
  method: string;
  outcome: LoginOutcome;
  newNetwork: boolean;
  newDevice: boolean;
}

type LoginQuery = PageQuery & { outcome?: "success" | "refused" | undefined };

interface Entry {
  /** Null: the user with this address, if there is one. */
  userId: string | null;
  email: string | null;
  ip: string | null;
  userAgent: string | null;
  method: string;
  outcome: LoginOutcome;
}

export interface LoginHistory {
  /** @returns whether it was a success from a network or with a browser that the account's history does not know; never the first of all */
  record(
    entry: { userId?: string; email: string; method: string; outcome: LoginOutcome },
    caller: Caller,
  ): Promise<boolean>;
  /** The same for a failure that was thrown; what says nothing about the user (the service is away) is no entry. */
  recordFailure(email: string, method: string, error: unknown, caller: Caller): Promise<void>;
  /** Of a sign-in at the embedded service's own endpoint. */
  recordEvent(event: SignInEvent): Promise<void>;
  /** A user's, newest first. @throws ProblemError invalid_cursor */
  list(userId: string, query: LoginQuery): Promise<Page<Login>>;
}

const outcomes: Record<string, LoginOutcome> = {
  // Our codes.
  invalid_credentials: "invalid_credentials",
  rate_limited: "throttled",
  user_disabled: "disabled",
  approval_pending: "not_approved",
  not_in_group: "not_in_group",
  mfa_code_wrong: "invalid_credentials",
  passkey_refused: "invalid_credentials",
  email_not_confirmed: "not_confirmed",
  mfa_required: "mfa_required",
  // The contract's, where they differ.
  success: "success",
  over_request_rate_limit: "throttled",
  user_banned: "disabled",
};

function rowOf({ ip, email, userAgent, ...entry }: Entry) {
  const from = inet(ip);
  return {
    ...entry,
    id: newId(),
    email: email?.slice(0, 255) ?? null,
    ip: from,
    network: coarseNetwork(from),
    userAgent: userAgent?.slice(0, 500) ?? null,
  };
}

/** For the one log. Who is refused is nobody yet; whose account it was about is known by the address. */
function accessOf({ userId, email, ip, userAgent, method, outcome }: Entry): Access {
  const success = outcome === "success";
  return {
    ...{ action: "session.sign-in", outcome: success ? "ok" : "refused", actorId: success ? userId : null },
    ...{
      via: success ? "session" : "anonymous",
      ip: plainAddress(ip),
      userAgent,
      targetId: userId,
      targetName: null,
      requestId: null,
    },
    ...{ kind: `${method} ${outcome}`, detail: { method, ...(success ? {} : { reason: outcome }) } },
    ...(email === null ? {} : { email }),
  };
}

interface LoginHistoryDeps {
  db: Database;
  /** Commits without waiting for the disk. */
  relaxed: Database;
  accessLog: AccessLog;
  /** Called with every entry, whether or not it can be written. */
  onEntry?: ((method: string, outcome: LoginOutcome) => void) | undefined;
}

export function createLoginHistory({ db, relaxed, accessLog, onEntry }: LoginHistoryDeps, clock: Clock): LoginHistory {
  async function insert(entry: Entry): Promise<boolean> {
    accessLog.record(accessOf(entry));
    onEntry?.(entry.method, entry.outcome);
    if (entry.outcome !== "throttled") return write(entry);
    await writeThrottled(entry);
    return false;
  }

  // Where it was not even tried, a flood would have the disk flush for each, and everybody's changes wait for that. One statement after the
  // other: they change the same rows, and the connections that wait for each other would be those of uploads.
  const writeThrottled = inGroups(async (entries: Entry[]) => {
    const rows = entries.map(rowOf);
    await recordThrottledLogins.all(
      relaxed,
      rows.map(({ id }) => id),
      rows.map(({ userId }) => userId),
      rows.map(({ email }) => email),
      clock.now(),
      rows.map(({ ip }) => ip),
      rows.map(({ network }) => network),
      rows.map(({ userAgent }) => userAgent),
      rows.map(({ method }) => method),
    );
    return entries.map(() => null);
  });

  async function write(entry: Entry): Promise<boolean> {
    const { id, userId, email, ip, network, userAgent, method, outcome } = rowOf(entry);
    const now = clock.now();
    const seen = await recordLogin.first(db, id, userId, email, now, ip, network, userAgent, method, outcome);
    return Boolean(seen?.is_new_device || (network !== null && seen?.is_new_network));
  }

  return {
    record: ({ userId, email, method, outcome }, caller) =>
      insert({ userId: userId ?? null, email, method, outcome, ...caller }),
    async recordFailure(email, method, error, caller) {
      const outcome = error instanceof ProblemError ? outcomes[error.code] : undefined;
      if (outcome) await insert({ userId: null, email, method, outcome, ...caller });
    },
    async recordEvent({ userId, email, method, outcome, ip, userAgent }) {
      await insert({ userId, email, method, outcome: outcomes[outcome] ?? "invalid_credentials", ip, userAgent });
    },
    async list(userId, query) {
      const success = query.outcome === undefined ? null : query.outcome === "success";
      const rows = await listLogins.all(db, userId, beforeId(query), rowsFor(query), success);
      return pageById(rows, query, (row) => ({
        id: row.id,
        occurredAt: row.occurred_at.toISOString(),
        firstAt: row.first_at.toISOString(),
        attempts: row.attempts,
        ip: row.ip,
        userAgent: row.user_agent,
        method: row.method,
        outcome: row.outcome,
        newNetwork: row.new_network,
        newDevice: row.new_device,
      }));
    },
  };
}
