import type { Work } from "./work";

/** With fewer that wait, one request for each is as fast. */
export const togetherFrom = 8;
export const togetherMost = 200;
/** Larger ones gain nothing. */
export const togetherFile = 256 * 1024;
/** Of all that go together: like a small file they are not stopped by a pause, and so must be through soon. */
export const togetherBytes = 2 * 1024 * 1024;
/** How far is looked for what goes with the first. */
const searched = 1000;
/** After so many attempts that broke they are tried one by one: a proxy in between may not let the one request through. */
const attempts = 2;

const mayJoin = (item: Work) => item.size <= togetherFile && !item.alone && item.tries < attempts;

/** Takes out of what waits what goes in one request with `first`, which does not wait any more; nothing where it goes on its own. */
export function takeCompanions<T extends Work>(waiting: T[], first: T, fits: (first: T, item: T) => boolean): T[] {
  if (waiting.length + 1 < togetherFrom || !mayJoin(first)) return [];
  const taken = new Set<T>();
  let bytes = first.size;
  const joins = (item: T) =>
    item !== first &&
    item.status === "waiting" &&
    bytes + item.size <= togetherBytes &&
    mayJoin(item) &&
    fits(first, item);
  const near = waiting.slice(0, searched);
  for (const item of near) {
    if (taken.size + 1 >= togetherMost) break;
    if (taken.has(item) || !joins(item)) continue;
    taken.add(item);
    bytes += item.size;
  }
  if (taken.size > 0) waiting.splice(0, near.length, ...near.filter((item) => !taken.has(item)));
  return [...taken];
}
