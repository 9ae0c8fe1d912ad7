import type { Role } from "@holdfast/contract";
import type { Clock } from "../../platform/clock.ts";

/** What can be revoked of a session, as the database has it. */
export interface SessionState {
  readonly userId: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** A second factor is set up, and this session has not shown it. */
  readonly halfSignedIn: boolean;
}

export interface Principals {
  /** @returns null when the session, or its user, is gone */
  stateOf(sessionId: string, userId: string): Promise<SessionState | null>;
  /** The next question about any session of this user reads the database. */
  forget(userId: string): void;
  forgetAll(): void;
}

const MAX_AGE_MS = 1000;
const CAPACITY = 20_000;

interface Entry {
  readonly userId: string;
  readonly state: Promise<SessionState | null>;
  readonly askedAt: number;
}

/**
 * A cache of at most a second over `load`, counted from when the database was asked. Whatever is under way when a user is forgotten is not
 * handed to requests that come later: they ask anew.
 */
export function createPrincipals(load: (sessionId: string) => Promise<SessionState | null>, clock: Clock): Principals {
  const entries = new Map<string, Entry>();

  return {
    stateOf(sessionId, userId) {
      const now = clock.now().getTime();
      const known = entries.get(sessionId);
      // A clock that was set back must not keep anything alive.
      if (known && now >= known.askedAt && now - known.askedAt < MAX_AGE_MS) return known.state;
      const entry: Entry = { userId, askedAt: now, state: load(sessionId) };
      entry.state.catch(() => {
        if (entries.get(sessionId) === entry) entries.delete(sessionId);
      });
      entries.delete(sessionId);
      entries.set(sessionId, entry);
      if (entries.size > CAPACITY) entries.delete(entries.keys().next().value as string);
      return entry.state;
    },
    forget(userId) {
      for (const [sessionId, entry] of entries) if (entry.userId === userId) entries.delete(sessionId);
    },
    forgetAll: () => entries.clear(),
  };
}
