import { eachListing } from "./listing";
import { type Effect, unconfirmed } from "./unconfirmed";

/**
 * Shows what becomes of these entries while the server makes it so. What it refuses, or cannot be asked, is as it was at once:
 * everything where `work` throws, else the entries that `refused` names.
 */
export async function shownAtOnce<T>(
  ids: readonly string[],
  effect: Effect,
  work: () => Promise<T>,
  refused: (result: T) => ReadonlySet<string> = () => new Set(),
): Promise<T> {
  const change = unconfirmed.begin(ids, effect);
  const backs: ((ids: ReadonlySet<string>) => void)[] = [];
  eachListing((listing) => backs.push(listing.apply(change)));
  const takeBack = (which: ReadonlySet<string>) => {
    for (const back of backs) back(which);
  };
  try {
    const result = await work();
    const left = refused(result);
    if (left.size === 0) unconfirmed.confirmed(change);
    else {
      unconfirmed.refused(change);
      takeBack(left);
    }
    return result;
  } catch (error) {
    unconfirmed.refused(change);
    takeBack(change.ids);
    throw error;
  }
}
