import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseTemplate, type Template } from "./template-language.ts";

/** The names of Supabase Auth for its mails; the files are called by them. */
const kinds = {
  confirmation: "signup",
  invite: "invite",
  recovery: "recovery",
  magic_link: "magiclink",
  email_change: "email_change",
  reauthentication: "reauthentication",
} as const;

type FileName = keyof typeof kinds;
type Kind = (typeof kinds)[FileName];

/** An operator's own words in place of ours: what is missing stays as it is. */
export type CustomTemplates = Partial<Record<Kind, { subject?: Template; html?: Template }>>;

const subjectsFile = "subjects.json";
const subjectsSchema = z.record(z.string(), z.string());
const largest = 262_144;

/**
 * Reads a folder of templates: `confirmation.html`, `invite.html`, `recovery.html`, `magic_link.html`, `email_change.html`,
 * `reauthentication.html`, and `subjects.json` with subjects under the same names.
 *
 * @throws TypeError with one sentence that names the file and says what is wrong with it
 */
export function readTemplates(folder: string): CustomTemplates {
  const files = list(folder);
  const found: CustomTemplates = {};
  for (const file of files.filter((name) => name.endsWith(".html"))) {
    const html = within(file, () => parseTemplate(read(folder, file), "html"));
    const kind = kindOf(file, file.slice(0, -".html".length));
    found[kind] = { ...found[kind], html };
  }
  if (files.includes(subjectsFile)) {
    for (const [name, text] of Object.entries(readSubjects(folder))) {
      const kind = kindOf(subjectsFile, name);
      found[kind] = { ...found[kind], subject: within(subjectsFile, () => parseTemplate(text, "text")) };
    }
  }
  if (Object.keys(found).length > 0) return found;
  throw new TypeError(`${folder} holds no template: name the files ${Object.keys(kinds).join(".html, ")}.html.`);
}

function kindOf(file: string, name: string): Kind {
  if (Object.hasOwn(kinds, name)) return kinds[name as FileName];
  throw new TypeError(`${file}: there is no mail "${name}". There are ${Object.keys(kinds).join(", ")}.`);
}

function readSubjects(folder: string): Record<string, string> {
  return within(subjectsFile, () => {
    try {
      return subjectsSchema.parse(JSON.parse(read(folder, subjectsFile)));
    } catch {
      throw new TypeError('It must be a JSON object of texts, such as {"recovery": "Reset your password"}.');
    }
  });
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new TypeError(`${folder} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function read(folder: string, file: string): string {
  const text = readFileSync(join(folder, file), "utf8");
  if (text.length <= largest) return text;
  throw new TypeError(`It is larger than ${largest / 1024} KiB.`);
}

function within<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new TypeError(`${file}: ${code ? `cannot be read (${code}).` : message}`);
  }
}
