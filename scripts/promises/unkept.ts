/** A file as it is checked: its path from the repository's root, and its text. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

export interface Promises {
  /** Names of the settings; those in `secrets` may be given as `<NAME>_FILE` too. */
  readonly settings: readonly string[];
  readonly secrets: readonly string[];
  readonly accessClasses: readonly string[];
  readonly errorCodes: readonly string[];
  /** The access class of each operation of the contract. */
  readonly used: readonly string[];
}

/** Variables of other programs that our documents speak of. */
const others = /^(AWS|GOTRUE|RESTIC|NODE|CAP|IMG|OTEL)_|^(MALLOC_ARENA_MAX|UV_THREADPOOL_SIZE|SITE_URL)$/;

const isTest = ({ path }: Source) => /\.(test|fixture)\.ts$|(^|\/)testing\//.test(path);
const isConfig = ({ path }: Source) => /^apps\/server\/src\/config(\.\w+)?\.ts$/.test(path);

/** What is declared or documented and does nothing, one sentence each. */
export function unkeptPromises(promises: Promises, sources: readonly Source[], documents: readonly Source[]): string[] {
  const server = sources.filter((source) => source.path.startsWith("apps/server/src/") && !isTest(source));
  return [
    ...unreadSettings(promises.settings, server),
    ...unusedAccess(promises),
    ...unthrownCodes(promises.errorCodes, server),
    ...unknownInDocuments(promises, sources, documents),
  ];
}

/** A setting is read where `config.ts` arranges it, and what it is arranged as is read by somebody else. */
function unreadSettings(settings: readonly string[], server: readonly Source[]): string[] {
  const config = server.find(({ path }) => path === "apps/server/src/config.ts")?.text ?? "";
  const elsewhere = server.filter((source) => !isConfig(source)).map(({ text }) => text);
  const arranged = config.slice(config.indexOf("\nfunction arrange("));
  const unarranged = settings.filter((name) => !new RegExp(`\\bset\\.${name}\\b`).test(arranged));
  const fields = [...config.matchAll(/readonly (\w+):/g)].map(([, name]) => name as string);
  const unread = [...new Set(fields)].filter((name) => {
    // As `config.name`, or taken out of it: `{ name }`, `{ a, name }`.
    const reading = new RegExp(`\\.${name}\\b|[{,]\\s*${name}\\s*[,:}]`);
    return !elsewhere.some((text) => reading.test(text));
  });
  return [
    ...unarranged.map((name) => `${name}: a setting that config.ts does not read`),
    ...unread.map((name) => `config.${name}: a setting that nothing outside config.ts reads`),
  ];
}

function unusedAccess({ accessClasses, used }: Promises): string[] {
  const unused = accessClasses.filter((name) => !used.includes(name));
  return unused.map((name) => `access "${name}": no operation has it`);
}

function unthrownCodes(codes: readonly string[], server: readonly Source[]): string[] {
  const thrown = new Set<string>();
  for (const { text } of server) {
    // Comparing with a code does not throw it.
    for (const [, before, code] of text.matchAll(/(.{0,5})"(\w+)"/g)) {
      if (!/[!=]==? $|case $/.test(before as string)) thrown.add(code as string);
    }
  }
  return codes.filter((code) => !thrown.has(code)).map((code) => `error code "${code}": nothing answers with it`);
}

function unknownInDocuments(
  { settings, secrets }: Promises,
  sources: readonly Source[],
  documents: readonly Source[],
): string[] {
  const known = new Set([...settings, ...secrets.map((name) => `${name}_FILE`)]);
  for (const { text } of sources) {
    for (const [, name] of text.matchAll(/\benv\.([A-Z][A-Z0-9_]+)\b/g)) known.add(name as string);
  }
  return documents.flatMap(({ path, text }) => {
    // `HOLDFAST_AUTH_OIDC_*` stands for all that begin so.
    const named = [...text.matchAll(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+_?(?!\.md)\b/g)].map(([name]) => name);
    const isKnown = (name: string) =>
      known.has(name) || (name.endsWith("_") && settings.some((setting) => setting.startsWith(name)));
    const unknown = [...new Set(named)].filter((name) => !isKnown(name) && !others.test(name));
    return unknown.map((name) => `${path}: speaks of ${name}, which is no setting`);
  });
}
