import type { ServerEvent } from "@holdfast/contract";
import type { Logger } from "pino";
import type { Events } from "./events.ts";

/** Who sees what of others' spaces, as the access feature knows it. */
export interface Spaces {
  /** Others' spaces in which these people see something, and a mark that is another one when something else was given to them. */
  seenBy(userIds: readonly string[]): Promise<readonly { user_id: string; spaces: string[]; mark: string | null }[]>;
  /** Whether each may see the folder. */
  maySee(asked: readonly { principalId: string; fileId: string }[]): Promise<boolean[]>;
}

/** What happens in others' spaces, for the pages of those who see it there. */
export interface Followers {
  /** Tells a stream what happens in the spaces that its person sees, until the returned function is called. */
  follow(userId: string, tell: (event: ServerEvent) => void): () => void;
  /** Who may what has changed: looks again, soon, and tells those of whom that is true. */
  refresh(): void;
  close(): void;
}

interface Follower {
  readonly userId: string;
  readonly streams: Set<(event: ServerEvent) => void>;
  readonly spaces: Map<string, () => void>;
  /** Undefined: not read yet. */
  mark: string | null | undefined;
  /** Folders whose events wait for a decision, and the events. */
  readonly waiting: Map<string, Map<string, ServerEvent>>;
  /** Events that say nothing of a folder. */
  readonly hints: Map<string, ServerEvent>;
}

const TOGETHER_MS = 150;
/** Of more changes at once a page is told that something has changed, and asks for what it shows. */
const FOLDERS_WAITING = 100;

export function followSpaces({ events, spaces, log }: { events: Events; spaces: Spaces; log: Logger }): Followers {
  const followers = new Map<string, Follower>();
  let telling: NodeJS.Timeout | null = null;
  let looking: NodeJS.Timeout | null = null;

  async function look(who: readonly Follower[]): Promise<void> {
    const rows = await spaces.seenBy(who.map(({ userId }) => userId));
    for (const row of rows) {
      const follower = followers.get(row.user_id);
      if (!follower) continue;
      const seen = new Set(row.spaces);
      for (const [id, leave] of follower.spaces) {
        if (seen.has(id)) continue;
        leave();
        follower.spaces.delete(id);
      }
      for (const id of seen) {
        if (!follower.spaces.has(id))
          follower.spaces.set(
            id,
            events.subscribe(id, (event) => receive(follower, id, event)),
          );
      }
      if (follower.mark !== undefined && follower.mark !== row.mark) hint(follower, { type: "grants.changed" });
      follower.mark = row.mark;
    }
  }
  const lookSafely = (who: readonly Follower[]) =>
    look(who).catch((err: unknown) => log.warn({ err }, "events: whose changes pages are to hear could not be read"));

  /** A person's own space has their id, and so other events come on it: only what is about files and grants is passed on. */
  function receive(follower: Follower, spaceId: string, event: ServerEvent): void {
    if (event.type === "grants.changed") return hint(follower, { type: event.type });
    if (event.type !== "files.changed") return;
    if (event.id === undefined || follower.waiting.size >= FOLDERS_WAITING) return hint(follower, { type: event.type });
    const inRoot = event.id === "root" || event.id === "trash";
    const folderId = inRoot ? spaceId : event.id;
    const told = event.id === "root" ? { ...event, id: spaceId } : event;
    const waiting = follower.waiting.get(folderId) ?? new Map<string, ServerEvent>();
    follower.waiting.set(folderId, waiting.set(String(told.id), told));
    tellSoon();
  }

  function hint(follower: Follower, event: ServerEvent): void {
    follower.hints.set(event.type, event);
    tellSoon();
  }

  function tellSoon(): void {
    telling ??= setTimeout(tellAll, TOGETHER_MS).unref();
  }

  async function tellAll(): Promise<void> {
    telling = null;
    const asked: { follower: Follower; fileId: string; told: ServerEvent[] }[] = [];
    for (const follower of followers.values()) {
      for (const event of follower.hints.values()) tell(follower, event);
      follower.hints.clear();
      for (const [fileId, told] of follower.waiting) asked.push({ follower, fileId, told: [...told.values()] });
      follower.waiting.clear();
    }
    if (asked.length === 0) return;
    try {
      const may = await spaces.maySee(asked.map(({ follower, fileId }) => ({ principalId: follower.userId, fileId })));
      asked.forEach(({ follower, told }, i) => {
        if (may[i]) for (const event of told) tell(follower, event);
      });
    } catch (err) {
      log.debug({ err }, "events: who sees what has changed could not be asked");
      for (const { follower } of asked) tell(follower, { type: "files.changed" });
    }
  }

  function tell(follower: Follower, event: ServerEvent): void {
    for (const stream of follower.streams) stream(event);
  }

  return {
    follow(userId, stream) {
      const known = followers.get(userId);
      const follower: Follower = known ?? {
        ...{ userId, streams: new Set(), spaces: new Map(), mark: undefined, waiting: new Map(), hints: new Map() },
      };
      follower.streams.add(stream);
      if (!known) {
        followers.set(userId, follower);
        void lookSafely([follower]);
      }
      return () => {
        follower.streams.delete(stream);
        if (follower.streams.size > 0 || followers.get(userId) !== follower) return;
        for (const leave of follower.spaces.values()) leave();
        followers.delete(userId);
      };
    },
    refresh() {
      looking ??= setTimeout(() => {
        looking = null;
        void lookSafely([...followers.values()]);
      }, TOGETHER_MS).unref();
    },
    close() {
      for (const timer of [telling, looking]) if (timer) clearTimeout(timer);
      for (const { spaces: followed } of followers.values()) for (const leave of followed.values()) leave();
      followers.clear();
    },
  };
}
