/** Beginnings that are nobody's but ours, or that stand for what Holdfast is told of a mail server, a store, a Supabase. */
const ours = /^(HOLDFAST|SMTP|S3|SUPABASE|SIGNUP|STORAGE)_/;

/** Read by other programs, or by Holdfast's own scripts and tests. */
const others = [
  /^HOLDFAST_(API_ORIGIN|DEV_WEB_PORT|SEED|RESTIC)$/,
  /^HOLDFAST_(REPOSITORY|CRASH|BACKUP|BIT_FLIPS|DRILL|TEST|BENCH|SCHEMATHESIS)_/,
  // OpenSSL's own, set on many machines; TLS_CERT_FILE is our setting.
  /^SSL_CERT_(FILE|DIR)$/,
  // Of Supabase's own command line and its functions.
  /^SUPABASE_(ACCESS_TOKEN|DB_\w+|DB_PASSWORD|PROJECT_\w+|INTERNAL_\w+|WORKDIR|PROFILE|CA_\w+|PUBLISHABLE_\w+|SECRET_KEYS?|JWKS)$/,
];

/** Names shorter than this are too near to those of others: PORTS, POST. */
const shortest = 6;

/** One sentence for every name that is not among the known ones, but looks as if it were meant to be. */
export function explainUnknown(names: readonly string[], known: readonly string[]): string[] {
  const strangers = names.filter((name) => !known.includes(name) && !others.some((pattern) => pattern.test(name)));
  return strangers.flatMap((name) => {
    const near = nearest(name, known);
    const isNear = near.distance <= 2;
    if (!isNear && !ours.test(name)) return [];
    const bare = known.find((other) => name === `HOLDFAST_${other}`);
    const meant = bare ?? (isNear ? near.name : ofSameWords(name, known));
    const advice = meant === null ? "See docs/generated/configuration.md." : `Did you mean ${meant}?`;
    return [`${name} is set, but Holdfast has no such setting and ignores it. ${advice}`];
  });
}

function nearest(name: string, known: readonly string[]): { name: string | null; distance: number } {
  const far = { name: null, distance: Number.POSITIVE_INFINITY };
  return known.reduce<{ name: string | null; distance: number }>((best, other) => {
    if (name.length < shortest || other.length < shortest) return best;
    const distance = distanceOf(name.toUpperCase(), other);
    return distance < best.distance ? { name: other, distance } : best;
  }, far);
}

/** SMTP_HOST: SMTP_URL. S3_SECRET_KEY: S3_SECRET_ACCESS_KEY. That both begin with HOLDFAST says nothing. */
function ofSameWords(name: string, known: readonly string[]): string | null {
  const words = new Set(name.split("_"));
  const shared = (other: string) => other.split("_").filter((word) => word !== "HOLDFAST" && words.has(word)).length;
  const [beginning = ""] = words;
  const alike = known.filter((other) => other.startsWith(`${beginning}_`) && shared(other) > 0);
  return alike.sort((a, b) => shared(b) - shared(a) || distanceOf(name, a) - distanceOf(name, b))[0] ?? null;
}

/** How many letters are wrong, missing, too many or swapped with their neighbour. */
function distanceOf(one: string, other: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1];
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      row[j] = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (same ? 0 : 1),
        swapped ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return last.at(-1) as number;
}
