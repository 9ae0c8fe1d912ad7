import { type Place, placeAfter } from "./place-in-html.ts";
import { escapeHtml } from "./templates/layout.ts";

/** What a template may name, under the names of Supabase Auth. `.Data` is the account's own metadata, not to be trusted. */
export interface TemplateValues {
  SiteURL: string;
  ConfirmationURL: string;
  Token: string;
  TokenHash: string;
  Email: string;
  NewEmail: string;
  RedirectTo: string;
  Data: Record<string, unknown>;
}

const names = ["SiteURL", "ConfirmationURL", "Token", "TokenHash", "Email", "NewEmail", "RedirectTo", "Data"];

type Part =
  | { readonly text: string }
  | { readonly value: readonly string[]; readonly place: Place }
  | { readonly when: readonly string[]; readonly shown: readonly Part[]; readonly otherwise: readonly Part[] };

export interface Template {
  render(values: TemplateValues): string;
}

/**
 * Reads a template in the part of Go's template language that mails use: `{{ .Name }}`, `{{ .Data.name }}`, and `{{ if .Name }} …
 * {{ else }} … {{ end }}`. Values are escaped for where they stand in the HTML, as Go's html/template does.
 *
 * @param kind `text` for a subject: nothing is escaped, and line breaks are spaces
 * @throws TypeError with one sentence on what cannot be read
 */
export function parseTemplate(source: string, kind: "html" | "text"): Template {
  const tokens = source.split(/(\{\{.*?\}\})/s);
  let position = 0;
  let before = "";

  function block(nested: boolean): { parts: Part[]; end: string } {
    const parts: Part[] = [];
    while (position < tokens.length) {
      const token = tokens[position++] as string;
      const action = /^\{\{-?\s*(.*?)\s*-?\}\}$/s.exec(token)?.[1];
      if (action === undefined) {
        if (token.includes("{{")) throw new TypeError('A "{{" has no "}}".');
        before += token;
        parts.push({ text: token });
      } else if (action === "end" || action === "else") {
        if (!nested) throw new TypeError(`{{ ${action} }} has no {{ if }} before it.`);
        return { parts, end: action };
      } else if (/^if\s/.test(action)) {
        parts.push(condition(action.slice(2).trim()));
      } else if (!action.startsWith("/*")) {
        parts.push({ value: readName(action), place: kind === "text" ? "text" : placeAfter(before) });
        before += "x";
      }
    }
    if (nested) throw new TypeError("An {{ if }} has no {{ end }}.");
    return { parts, end: "" };
  }

  function condition(name: string): Part {
    const when = readName(name);
    const { parts: shown, end } = block(true);
    if (end === "end") return { when, shown, otherwise: [] };
    const otherwise = block(true);
    if (otherwise.end !== "end") throw new TypeError("An {{ if }} has two {{ else }}.");
    return { when, shown, otherwise: otherwise.parts };
  }

  const { parts } = block(false);
  return {
    render: (values) => {
      const written = write(parts, values, kind);
      return kind === "text" ? written.replace(/\s+/g, " ").trim() : written;
    },
  };
}

function readName(action: string): string[] {
  const path = /^\.(\w+(?:\.\w+)*)$/.exec(action)?.[1]?.split(".");
  const known = path !== undefined && names.includes(path[0] as string) && (path.length === 1) !== (path[0] === "Data");
  if (known) return path;
  const all = names.map((name) => (name === "Data" ? ".Data.<name>" : `.${name}`)).join(", ");
  throw new TypeError(`{{ ${action} }} is not known: a template may name ${all}.`);
}

function valueOf(path: readonly string[], values: TemplateValues): string {
  let value: unknown = values;
  for (const name of path) {
    const inner = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    value = inner ? (value as Record<string, unknown>)[name] : undefined;
  }
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

function write(parts: readonly Part[], values: TemplateValues, kind: "html" | "text"): string {
  return parts
    .map((part) => {
      if ("text" in part) return part.text;
      if ("when" in part) return write(valueOf(part.when, values) ? part.shown : part.otherwise, values, kind);
      const value = valueOf(part.value, values);
      return kind === "text" ? value : escapeFor(part.place, value);
    })
    .join("");
}

function escapeFor(place: Place, value: string): string {
  if (place === "query") return encodeURIComponent(value);
  // An address that a person made up must run nothing when it is opened.
  if (place === "address" && !/^(https?|mailto):/i.test(value)) return "#";
  return escapeHtml(value);
}
