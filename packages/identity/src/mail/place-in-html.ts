/** Where in the HTML a value stands decides how it is written. `address` is the beginning of one, `query` what follows its "?". */
export type Place = "text" | "attribute" | "address" | "query";

const comment = /<!--.*?(?:-->|$)/sy;
const rawElement = /<(script|style)\b[^>]*>.*?(?:<\/\1\s*>|($))/isy;
const tagStart = /<\/?[a-z][^\s/>]*/iy;
const attribute = /[\s/]+(?:([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)("|$)|'([^']*)('|$)|([^\s"'>]*)))?)?/y;

/**
 * The place that follows this beginning of a document.
 *
 * @throws TypeError where no value can be written safely
 */
export function placeAfter(before: string): Place {
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(before);
    if (found) at = pattern.lastIndex;
    return found;
  };
  while (at < before.length) {
    if (take(comment)) continue;
    const raw = take(rawElement);
    if (raw) {
      if (raw[2] === undefined) continue;
      throw new TypeError(`A value stands within <${raw[1]}>, where none can be written safely.`);
    }
    if (take(tagStart) === null) {
      at++;
      continue;
    }
    for (;;) {
      const found = take(attribute);
      if (found === null) break;
      const [, name, double, doubleEnd, single, singleEnd] = found;
      const isOpen = at === before.length && (doubleEnd === "" || singleEnd === "");
      if (name !== undefined && isOpen) return placeInAttribute(name, double ?? single ?? "");
    }
    if (at >= before.length) {
      throw new TypeError("A value stands in a tag outside of quotes: put quotes around the attribute.");
    }
    at++;
  }
  return "text";
}

function placeInAttribute(name: string, given: string): Place {
  if (/^on|^style$|^srcdoc$|^srcset$/i.test(name)) {
    throw new TypeError(`A value stands in ${name}="…", where none can be written safely.`);
  }
  if (!/^(href|src|action|formaction|background|cite|poster)$/i.test(name)) return "attribute";
  if (/[?#]/.test(given)) return "query";
  return given.trim() === "" ? "address" : "attribute";
}
