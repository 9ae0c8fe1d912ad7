import { ProblemError } from "../../platform/http/problem.ts";

export const maxNameBytes = 255;

/**
 * Judges a name; names are data and come back as they went in, so nothing is trimmed, folded or normalised.
 * Refused: empty, `.`, `..`, a slash, NUL, lone surrogates (no UTF-8 exists for them), more than 255 bytes.
 */
export function checkName(name: string): string {
  const complaint = complaintAbout(name);
  if (complaint) throw new ProblemError("invalid_name", complaint);
  return name;
}

function complaintAbout(name: string): string | null {
  if (name === "") return "The name is empty.";
  if (name === "." || name === "..") return `"${name}" is not a name.`;
  if (name.includes("/")) return "A name cannot contain a slash.";
  if (name.includes("\0")) return "A name cannot contain a NUL character.";
  if (!name.isWellFormed()) return "The name is not valid Unicode.";
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) return `The name is ${bytes} bytes long; ${maxNameBytes} is the limit. Shorten it.`;
  return null;
}

/** "report.pdf" → ["report", ".pdf"]; "archive.tar.gz" keeps both endings together; ".profile" has none. */
export function splitName(name: string): [stem: string, ending: string] {
  const match = /^(.+?)((?:\.tar)?\.[^.\s]{1,10})$/su.exec(name);
  return match ? [match[1] as string, match[2] as string] : [name, ""];
}

/** The n-th other name for a taken one: "report (2).pdf". Shortens the stem by whole characters where 255 bytes would be passed. */
export function numberedName(name: string, n: number): string {
  const [stem, ending] = numberedParts(name);
  const suffix = ` (${n})${ending}`;
  return shorten(stem, maxNameBytes - Buffer.byteLength(suffix)) + suffix;
}

/** What every `numberedName` of a name begins with, for numbers up to seven digits. */
export function numberedPrefix(name: string): string {
  const [stem, ending] = numberedParts(name);
  return shorten(stem, maxNameBytes - Buffer.byteLength(` (9999999)${ending}`));
}

function numberedParts(name: string): [stem: string, ending: string] {
  const [stem, ending] = splitName(name);
  return [stem.replace(/ \(\d+\)$/u, "") || stem, ending];
}

function shorten(text: string, bytes: number): string {
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}
