/**
 * Names of the people's folders below `/files` of a snapshot: their email addresses, or their ids where an address is missing, cannot be
 * a name, or is somebody else's too.
 */
export function folderNames(users: readonly { id: string; email: string }[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const { email } of users) count.set(email, (count.get(email) ?? 0) + 1);
  return new Map(users.map(({ id, email }) => [id, count.get(email) === 1 && canBeName(email) ? email : id]));
}

function canBeName(text: string): boolean {
  return text !== "" && text !== "." && text !== ".." && !/[/\0]/.test(text) && Buffer.byteLength(text) <= 255;
}

/** Files of `keys/` that are not for a snapshot: the password that opens it, and a token that is used up. */
export const keysLeftOut: ReadonlySet<string> = new Set(["backup-password", "setup-token"]);
