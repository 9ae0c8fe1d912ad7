import type { Database } from "../../../platform/database/database.ts";
import { coarseNetwork } from "../../../platform/http/connection/network.ts";
import { newId } from "../../../platform/ids.ts";
import { insertSentFiles, recordAccesses } from "./share-log.queries.ts";
import type { ShareAccess } from "./share-log.ts";

/** A second names so many of one kind (link, action, outcome) apart; what is beyond is counted without network and file. */
const APART = 50;
/** While the database is away, more than this is let go. */
const AT_ALL = 5_000;

/** Accesses that are alike, as one. */
interface Alike {
  readonly access: ShareAccess;
  readonly network: string | null;
  userAgent: string | null;
  firstAt: Date;
  lastAt: Date;
  times: number;
}

/** What waits to be written. */
export interface WaitingAccesses {
  readonly size: number;
  add(access: ShareAccess): void;
  readonly alike: Iterable<Alike>;
  readonly sent: readonly ShareAccess[];
}

export function createWaitingAccesses(): WaitingAccesses {
  const byKey = new Map<string, Alike>();
  const perKind = new Map<string, number>();
  const sent: ShareAccess[] = [];
  const size = () => byKey.size + sent.length;
  const keyOf = ({ linkId, action, outcome, fileId }: ShareAccess, network: string | null) =>
    [linkId, action, outcome, network, fileId].join(" ");

  function addAlike(given: ShareAccess): void {
    let access = given;
    // Nothing that tells people apart.
    let network = coarseNetwork(access.ip);
    const kind = `${access.linkId} ${access.action} ${access.outcome}`;
    const rows = perKind.get(kind) ?? 0;
    if (rows >= APART && !byKey.has(keyOf(access, network))) {
      access = { ...access, fileId: null, fileName: null };
      network = null;
    }
    const [key, userAgent, at] = [keyOf(access, network), agentOf(access), access.occurredAt];
    const present = byKey.get(key);
    if (present) {
      present.times += 1;
      if (present.userAgent !== userAgent) present.userAgent = null;
      if (at > present.lastAt) present.lastAt = at;
      if (at < present.firstAt) present.firstAt = at;
    } else if (size() < AT_ALL) {
      perKind.set(kind, rows + 1);
      byKey.set(key, { access, network, userAgent, firstAt: at, lastAt: at, times: 1 });
    }
  }

  return {
    get size() {
      return size();
    },
    add(access) {
      if (access.action !== "upload") addAlike(access);
      else if (size() < AT_ALL) sent.push(access);
    },
    alike: { [Symbol.iterator]: () => byKey.values() },
    sent,
  };
}

export async function writeAccesses(db: Database, { alike, sent }: WaitingAccesses): Promise<void> {
  const rows = [...alike].sort((a, b) => (a.access.linkId < b.access.linkId ? -1 : 1));
  if (rows.length > 0) {
    const column = <T>(of: (row: Alike) => T) => rows.map(of);
    await recordAccesses.count(
      db,
      column(({ firstAt }) => newId(firstAt.getTime())),
      column(({ access }) => access.linkId),
      column(({ firstAt }) => firstAt),
      column(({ lastAt }) => lastAt),
      column(({ times }) => times),
      column(({ network }) => network),
      column(({ userAgent }) => userAgent),
      column(({ access }) => access.action),
      column(({ access }) => access.outcome),
      column(({ access }) => access.fileId),
      column(({ access }) => access.fileName),
    );
  }
  if (sent.length > 0) {
    const column = <T>(of: (access: ShareAccess) => T) => sent.map(of);
    await insertSentFiles.count(
      db,
      column(({ occurredAt }) => newId(occurredAt.getTime())),
      column(({ linkId }) => linkId),
      column(({ occurredAt }) => occurredAt),
      column(({ ip }) => coarseNetwork(ip)),
      column(agentOf),
      column(({ action }) => action),
      column(({ outcome }) => outcome),
      column(({ fileId }) => fileId),
      column(({ fileName }) => fileName),
      column(({ senderName }) => senderName || null),
      column(({ senderMessage }) => senderMessage || null),
    );
  }
}

const agentOf = ({ userAgent }: ShareAccess) => userAgent?.slice(0, 200).replaceAll("\0", "") ?? null;
