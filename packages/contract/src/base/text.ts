import { z } from "zod";

// oxlint-disable-next-line no-control-regex -- it is about that very character
const withoutNul = new RegExp("^[^\\u0000]*$");

/**
 * Text that a client sends. PostgreSQL keeps neither U+0000 (not even escaped in JSON) nor half of a surrogate pair: whoever sends one
 * is told so here, and never gets as far as the database. Every string of a request is one of these, or of a narrower form.
 */
export const text = () =>
  z.string().regex(withoutNul, "must not contain the character U+0000").refine(isWellFormed, wellFormed);

/** A web address. */
export const webAddress = () =>
  z.url().regex(withoutNul, "must not contain the character U+0000").refine(isWellFormed, wellFormed);

const wellFormed = "must be whole Unicode characters";

function isWellFormed(value: string): boolean {
  return value.isWellFormed();
}
