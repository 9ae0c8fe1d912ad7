import { RefusedCall } from "./refused-call.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The one field of the contract that is an object with a fixed shape; the others hold what their owner likes. */
const captcha = "gotrue_meta_security";

/**
 * The known fields of a JSON body. Supabase Auth takes a name in any case, and the last of several: here a name counts in its own spelling
 * alone, and what is passed on names each field once.
 * @throws RefusedCall
 */
export function readJson(body: Buffer, contentType: string | undefined, known: readonly string[]): Fields {
  requireType(contentType, "application/json");
  let given: unknown;
  try {
    given = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new RefusedCall(400, "bad_json", "Could not parse request body as JSON");
  }
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw new RefusedCall(400, "bad_json", "Could not parse request body as JSON: an object is needed");
  }
  const fields = pick(Object.entries(given), known);
  // PostgreSQL cannot keep it, in no field.
  if (JSON.stringify(fields).includes("\\u0000")) {
    throw new RefusedCall(400, "bad_json", "Could not parse request body as JSON: U+0000 is not allowed");
  }
  return fields;
}

/** @throws RefusedCall */
export function readForm(body: Buffer, contentType: string | undefined, known: readonly string[]): Fields {
  requireType(contentType, "application/x-www-form-urlencoded");
  const given = [...new URLSearchParams(body.toString("utf8"))];
  if (new Set(given.map(([key]) => key)).size < given.length) {
    throw new RefusedCall(400, "validation_failed", "A field is given more than once");
  }
  return pick(given, known);
}

function pick(given: readonly [string, unknown][], known: readonly string[]): Fields {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of given) {
    if (known.includes(key)) fields[key] = key === captcha ? captchaOf(value) : value;
    else if (known.includes(folded(key))) {
      throw new RefusedCall(400, "validation_failed", `The field ${folded(key)} must be written in lower case`);
    }
  }
  return fields;
}

/** As Go compares the names of JSON fields: two letters outside ASCII count as `s` and `k`. */
function folded(key: string): string {
  return key.replaceAll("\u017f", "s").replaceAll("\u212a", "k").toLowerCase();
}

function captchaOf(value: unknown): Fields {
  const { captcha_token = undefined } = typeof value === "object" && value !== null ? (value as Fields) : {};
  return typeof captcha_token === "string" ? { captcha_token } : {};
}

function requireType(given: string | undefined, wanted: string): void {
  const [type = "", ...rest] = (given ?? wanted).split(";").map((part) => part.trim().toLowerCase());
  const plain = rest.every((part) => part === "" || /^charset="?utf-?8"?$/.test(part));
  if (type === wanted && plain) return;
  throw new RefusedCall(415, "validation_failed", `The content type must be ${wanted}`);
}
