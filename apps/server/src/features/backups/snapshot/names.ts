/**
 * Names of the people's folders below `/files` of a snapshot: their email addresses, or their ids where an address is missing, cannot be
 * a name, or is somebody else's too.
 */
export function folderNames(users: readonly { id: string; email: string }[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const { email } of users) count.set(email, (count.get(email) ?? 0) + 1);
  return new Map(users.map(({ id, email }) => [id, count.get(email) === 1 && canBeName(email) ? email : id]));
}

/** A space's root, and whose it is: a user's, by the address, or a team's. */
export interface SpaceRoot {
  id: string;
  email: string | null;
  team: string | null;
}

/** Names of all folders below `/files`: those of people as above, those of teams behind them. Snapshots of before teams have people alone. */
export function spaceFolderNames(roots: readonly SpaceRoot[]): Map<string, string> {
  const people = roots.flatMap(({ id, email }) => (email === null ? [] : [{ id, email }]));
  const teams = roots.flatMap(({ id, email, team }) => (email === null ? [{ id, email: `${team} (team)` }] : []));
  const names = folderNames(people);
  const taken = new Set(names.values());
  for (const [id, name] of folderNames(teams)) names.set(id, taken.has(name) ? id : name);
  return names;
}

function canBeName(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !/[/\0]/.test(text) && Buffer.byteLength(text) <= 255;
}

/** Files of `keys/` that are not for a snapshot: the password that opens it, and a token that is used up. */
export const keysLeftOut: ReadonlySet<string> = new Set(["backup-password", "setup-token"]);
