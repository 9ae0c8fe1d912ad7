import type { AccessFilters } from "@holdfast/contract";
import type { Database } from "../../../platform/database/database.ts";
import { beforeId, type PageQuery, rowsFor } from "../../../platform/listing/page.ts";
import { actionsLike } from "./actions.ts";
import { type Asked, findUsers, type Walk } from "./entries.queries.ts";

/** An id says when a row was written, which is near the time that it is about. */
const SLACK_MS = 3_600_000;
const first = "00000000-0000-0000-0000-000000000000";
const last = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Rows that a page looks at before it says where it stopped. */
const looked = 20_000;
/** Taking a name apart costs more than comparing a field. */
const lookedForWords = 5_000;

export interface Question {
  readonly walk: Walk;
  readonly asked: Asked;
  /** What an index finds that few rows have. */
  readonly rare: "words" | "network" | null;
}

/** What a page asks the database. @throws ProblemError invalid_cursor */
export async function questionOf(db: Database, query: AccessFilters & PageQuery): Promise<Question> {
  const { actorId, targetId, ip, outcome } = query;
  const actions = query.action?.split(",") ?? null;
  const words = wordsOf(query.q ?? "");
  const [from, to] = [timeOf(query.from), timeOf(query.to)];
  const users = words.length > 0 ? await findUsers.all(db, `%${(query.q ?? "").replace(/[\\%_]/g, "\\$&")}%`) : [];
  const before = beforeId(query) ?? (to === null ? last : idAt(to.getTime() + SLACK_MS));
  const asked: Asked = [
    ...([before, from === null ? first : idAt(from.getTime() - SLACK_MS)] as const),
    ...([from ?? "-infinity", to ?? "infinity", actorId ?? null, targetId ?? null, ip ?? null, actions] as const),
    outcome ?? null,
    words.length === 0 ? null : words.map((word) => `'${word}':*`).join(" & "),
    users.map(({ id }) => id),
    words.length === 0 ? [] : actionsLike(query.q ?? ""),
    rowsFor(query),
    words.length === 0 ? looked : lookedForWords,
  ];
  return { walk: walkOf(query), asked, rare: rareOf(query, words) };
}

function walkOf({ actorId, targetId, ip, action, outcome, q }: AccessFilters): Walk {
  if (targetId !== undefined) return "target";
  if (actorId !== undefined) return "actor";
  if (ip !== undefined && !ip.includes("/")) return "ip";
  // Several actions are each looked at so far, which is one place only where nothing else narrows them.
  const narrowed = action?.includes(",") && (ip !== undefined || outcome !== undefined || q !== undefined);
  return action === undefined || narrowed ? "time" : "actions";
}

function rareOf({ ip, ...query }: AccessFilters, words: readonly string[]): Question["rare"] {
  const walk = walkOf(query);
  if (walk === "target" || walk === "actor") return null;
  if (words.length > 0) return "words";
  return ip?.includes("/") ? "network" : null;
}

/** As `holdfast.log_words` takes a name apart, so that nothing in them means anything to a tsquery. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/(\d)(\D)/g, "$1 $2")
    .replace(/(\D)(\d)/g, "$1 $2")
    .split(/[^a-z0-9\u0080-\uffff]+/)
    .filter((word) => word !== "")
    .slice(0, 10);
}

function timeOf(text: string | undefined): Date | null {
  return text === undefined ? null : new Date(text);
}

/** The first id of a time. */
function idAt(time: number): string {
  const hex = Math.min(Math.max(0, time), 2 ** 48 - 1)
    .toString(16)
    .padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
