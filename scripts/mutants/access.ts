/** A place that decides who may, and what it is without that decision. */
export interface MutantPattern {
  readonly what: string;
  /** Which files of `apps/server/src` it is looked for in. */
  readonly files: RegExp;
  readonly find: RegExp;
  /** In place of a match. `$1` … are its groups. */
  readonly replace: string;
  /** Names of the tests that should notice. They run first; the whole matrix runs where they do not. */
  readonly likely: RegExp;
  /** Whatever stands around a match: nothing in `noDecision` excuses it. */
  readonly decides?: true;
}

const others =
  /another's is as if|what a request names|listed, counted|viewer of one folder|taken back|a restore given another's/;
const sessions = /nobody without a standing|no personal token|second factor/;

const queries = /\.queries\.ts$/;

/**
 * Every way in which the server decides about access, by what it looks like. A pattern that finds nothing fails the run: the code has
 * changed, and this list has to follow.
 */
export const accessPatterns: readonly MutantPattern[] = [
  {
    what: "what stops inheritance below what is seen",
    files: /access\/intents\.ts$/,
    find: /return `\(\$\{child\}\.inherits or exists/g,
    replace: "return `(true or exists",
    likely: /stops inheritance/,
  },
  {
    what: "what stops inheritance, in one walk",
    files: /\.queries\.ts$/,
    find: /\$\{childSeen\("(\w+)", "(\$\d+)"\)\}/g,
    replace: "(true or $2::uuid is not null)",
    likely: /stops inheritance/,
    decides: true,
  },
  {
    what: "what must not be taken along",
    files: /access\/file-access\.ts$/,
    find: /if \(!found\?\.restricted\) return;/g,
    replace: "if (found !== null) return;",
    likely: /taken along/,
  },
  {
    what: "what must not be taken along, by one action",
    files: /(delete-file|update-file)\.ts$/,
    find: /await checkWhole\(deps\.db, (?:change\.)?userId, file\);/g,
    replace: "checkWhole;",
    likely: /taken along/,
  },
  {
    what: "what must not be taken along, of many at once",
    files: /trash\.queries\.ts$/,
    find: /and not \$\{holdsRestricted\("files\.id", "\$2"\)\}/g,
    replace: "and $2::uuid is not null",
    likely: /taken along/,
  },
  {
    what: "what a link's maker sees",
    files: /open\.queries\.ts$/,
    find: /(and|where) \$\{maySee\("(?:f|up)\.id", "\$3"\)\}/g,
    replace: "$1 $3::uuid is not null",
    likely: /behind a link/,
  },
  {
    what: "who may keep grants in another space",
    files: /move-between-spaces\.ts$/,
    find: /if \(!keepGrants \|\| roleAllows\(role, "share"\)\) return;/g,
    replace: "if (role) return;",
    likely: /moves between spaces/,
  },
  {
    what: "the role on a file, in a statement",
    files: /\.(queries|access)\.ts$|file-access\.ts$/,
    find: /holdfast\.access_to\((\$\{\w+\}|\$\d+|\w+\.\w+), (array\[[^\]]*\](?:::uuid\[\])?|\$\d+)\)/g,
    replace:
      "(select x.id as file_id, x.space_id, 'manager'::text as role from holdfast.files x where x.id = any ($2) and $1::uuid is not null)",
    likely: others,
    decides: true,
  },
  {
    what: "whose a row is, in a statement",
    files: /features\/(auth|sharing|uploads|files|backups\/(restore|schedules))\/.*\.queries\.ts$/,
    find: /\b((?:[a-z]\.)?(?:user_id|space_id)) = (\$\d+)(?! and scope)/g,
    replace: "$2::uuid is not null",
    likely: others,
  },
  {
    what: "whose backups are listed",
    files: /backups\.queries\.ts$/,
    find: /b\.user_id = \$1 and b\.scope = 'account'/g,
    replace: "$1::uuid is not null",
    likely: others,
  },
  {
    what: "what is inside of a link",
    files: /open\.queries\.ts$/,
    find: /and holdfast\.is_live_inside\(f\.id, \$2\)/g,
    replace: "and $2::uuid is not null",
    likely: /no link that is none/,
  },
  {
    what: "whose an upload, a backup or a schedule is",
    files: /features\/(uploads|backups)\/.*\.ts$/,
    find: /(?<=if \()(row\?\.user_id !== userId|!allowed)(?=\))/g,
    replace: "row === undefined || row === null",
    likely: others,
  },
  {
    what: "whose a restore is",
    files: /backups\.service\.ts$/,
    find: /row\.user_id !== who\.userId/g,
    replace: "false",
    likely: others,
  },
  {
    what: "whether a session or token stands",
    files: /auth\/.*\.ts$/,
    find: /if \((state\.(?:disabled|pending|halfSignedIn))\)/g,
    replace: "if (false && $1)",
    likely: sessions,
  },
  {
    what: "whether a second factor has to be set up",
    files: /auth\/.*\.ts$/,
    find: /if \(!principal\.secondFactorMissing \|\|/g,
    replace: "if (true ||",
    likely: sessions,
  },
  {
    what: "the scope of a personal token",
    files: /auth\/.*\.ts$/,
    find: /if \((scope !== "any" && \(scope === "none" \|\| !scopes\.includes\(scope\)\))\)/g,
    replace: "if (false && ($1))",
    likely: sessions,
  },
  {
    what: "being signed in",
    files: /http\/app\.ts$/,
    find: /if \(!request\.principal\) throw/g,
    replace: "if (false) throw",
    likely: sessions,
  },
  {
    what: "being an administrator",
    files: /http\/app\.ts$/,
    find: /operation\.access === "admin" && request\.principal\.role !== "admin"/g,
    replace: "false",
    likely: /no user, and no former admin/,
  },
];

/** Statements that a pattern finds and that decide nothing: each with its reason. */
export const noDecision: readonly { readonly file: RegExp; readonly text: RegExp; readonly why: string }[] = [
  {
    file: queries,
    text: /coalesce\(f\.user_id, f\.space_id\) = /,
    why: "recognises the same file sent again, in a folder that was decided",
  },
  { file: queries, text: /usage_entries|used_bytes|quota|reserved_bytes|looked_at/, why: "counts what a space uses" },
  { file: queries, text: /count\(\*\)::int as running/, why: "counts what a user has under way, for a limit" },
  {
    file: /second-factor|recovery|password|sessions?\.queries/,
    text: /delete from auth\.sessions where user_id|recovery_codes|one_time_tokens/,
    why: "of whoever proved a password or code just before",
  },
];
