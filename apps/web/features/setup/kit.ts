export interface Kit {
  password: string;
  /** Folders and `s3:` addresses, the default target's first. */
  places: string[];
}

/** Reads a recovery kit as `recovery-kit.ts` of the server writes it; null for any other text. */
export function readKit(text: string): Kit | null {
  const lines = text.split(/\r?\n/);
  const after = (heading: string) => {
    const at = lines.findIndex((line) => line.trim() === heading);
    return at < 0 ? [] : lines.slice(at + 1);
  };
  const password = after("PASSWORD OF THE BACKUPS")[0]?.trim();
  if (!password) return null;
  const places: string[] = [];
  for (const line of after("WHERE THE BACKUPS ARE")) {
    // What is said of a place.
    if (line.startsWith("    ")) continue;
    const place = /^ {2}\S.*?: (\/.*|s3:.*|[A-Za-z]:[\\/].*)$/.exec(line)?.[1];
    if (!place) break;
    places.push(place.trim());
  }
  return { password, places };
}
