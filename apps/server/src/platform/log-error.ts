/** What tells where something went wrong. Of all else (a connection, a row's values, a mail) nothing is known, so it stays out. */
const kept = ["code", "errno", "syscall", "path", "address", "port", "status", "statusCode", "retryable"] as const;
const keptOfDatabase = ["severity", "schema", "table", "column", "constraint", "routine"] as const;
const maxDepth = 5;

interface Known {
  name?: unknown;
  message?: unknown;
  stack?: unknown;
  code?: unknown;
  severity?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** What went wrong, without what it happened to. */
export function describeError(error: unknown, depth = 0): object {
  if (typeof error !== "object" || error === null) return { message: String(error) };
  const { name, message, stack, cause, errors, severity } = error as Known;
  const ofDatabase = typeof severity === "string";
  const strip = ofDatabase ? withoutValue : (text: string) => text;
  const deeper = (inner: unknown) => (depth < maxDepth ? describeError(inner, depth + 1) : undefined);
  return {
    type: (error as object).constructor?.name ?? name,
    message: strip(String(message)),
    stack: typeof stack === "string" ? strip(stack) : undefined,
    ...pick(error, kept),
    ...(ofDatabase ? pick(error, keptOfDatabase) : {}),
    ...(cause === undefined ? {} : { cause: deeper(cause) }),
    ...(Array.isArray(errors) ? { errors: errors.slice(0, 5).map(deeper) } : {}),
  };
}

function pick(error: object, names: readonly string[]): object {
  const known = error as Record<string, unknown>;
  const found = names.filter((name) => typeof known[name] === "string" || typeof known[name] === "number");
  return Object.fromEntries(found.map((name) => [name, known[name]]));
}

/** `invalid input syntax for type uuid: "…"` repeats what was sent. */
function withoutValue(text: string): string {
  return text.replace(/: "(?:[^"\n]|"")*"/g, ': "…"');
}
