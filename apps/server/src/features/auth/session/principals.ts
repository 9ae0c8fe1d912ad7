import type { Role } from "@holdfast/contract";
import type { Clock } from "../../../platform/clock.ts";

/** What can be revoked of a session, as the database has it. */
export interface SessionState {
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Signed up, and waits for an administrator's approval. */
  readonly pending: boolean;
  /** Not in the group that may sign in, where the settings name one. */
  readonly keptOut: boolean;
  /** A second factor is set up, and this session has not shown it. */
  readonly halfSignedIn: boolean;
  /** The policy asks this person for a second factor, and there is none. */
  readonly secondFactorMissing: boolean;
}

export interface Principals {
  /** @returns null when the session, or its user, is gone */
  stateOf(sessionId: string, userId: string): Promise<SessionState | null>;
  /** The next question about any session of this user reads the database. */
  forget(userId: string): void;
  forgetAll(): void;
}

const MAX_AGE_MS = 1000;
/** People; those who were asked about longest ago go first. */
const CAPACITY = 20_000;

interface Entry {
  readonly state: Promise<SessionState | null>;
  readonly askedAt: number;
}

/**
 * A cache of at most a second over `load`, counted from when the database was asked. Whatever is under way when a user is forgotten is not
 * handed to requests that come later: they ask again.
 */
export function createPrincipals(load: (sessionId: string) => Promise<SessionState | null>, clock: Clock): Principals {
  const users = new Map<string, Map<string, Entry>>();

  function ask(sessionId: string, userId: string, askedAt: number): Promise<SessionState | null> {
    // Sessions of this user that were not asked about lately are not kept: the map holds what is in use.
    const fresh = [...(users.get(userId) ?? [])].filter(([, entry]) => isFresh(entry, askedAt));
    const entry: Entry = { askedAt, state: load(sessionId) };
    users.delete(userId);
    users.set(userId, new Map(fresh).set(sessionId, entry));
    if (users.size > CAPACITY) users.delete(users.keys().next().value as string);
    entry.state.catch(() => {
      const present = users.get(userId);
      if (present?.get(sessionId) === entry) present.delete(sessionId);
    });
    return entry.state;
  }

  return {
    stateOf(sessionId, userId) {
      const now = clock.now().getTime();
      const known = users.get(userId)?.get(sessionId);
      return known && isFresh(known, now) ? known.state : ask(sessionId, userId, now);
    },
    forget: (userId) => void users.delete(userId),
    forgetAll: () => users.clear(),
  };
}

/** A clock that was set back must not keep anything alive. */
function isFresh({ askedAt }: Entry, now: number): boolean {
  return now >= askedAt && now - askedAt < MAX_AGE_MS;
}
