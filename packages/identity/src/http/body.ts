import type { FastifyRequest } from "fastify";
import * as z from "zod";
import { badRequest } from "../errors.ts";
import { whyNotStorable } from "./storable.ts";

/** A string that may be missing or null, which the contract takes as empty. */
export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");

export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);

/** A JSON object that may be missing or null; undefined then. */
export const metadata = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? undefined);

/**
 * Reads the body whatever its content type says, as Supabase Auth does. Unknown fields are ignored; an empty body is an
 * empty object.
 *
 * @throws IdentityError 400 bad_json for anything else than the object that the schema describes.
 */
export function readBody<S extends z.ZodType>(request: FastifyRequest, schema: S): z.output<S> {
  const raw = typeof request.body === "string" ? request.body.trim() : "";
  let parsed: unknown;
  try {
    parsed = raw === "" ? {} : JSON.parse(raw);
  } catch (error) {
    throw badJson((error as Error).message);
  }
  const complaint = whyNotStorable(parsed);
  if (complaint !== null) throw badJson(complaint);
  const checked = schema.safeParse(parsed);
  if (checked.success) return checked.data;
  const issue = checked.error.issues[0];
  throw badJson(issue ? `${issue.path.join(".") || "body"}: ${issue.message}` : "unknown form");
}

const badJson = (reason: string) => badRequest("bad_json", `Could not parse request body as JSON: ${reason}`);

/** One value of the query string; the first where there are several. */
export function queryValue(request: FastifyRequest, name: string): string {
  const value = (request.query as Record<string, unknown>)[name];
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "string" && !first.includes("\0") ? first : "";
}

/** A UUID in either case. Hosts check ids by it as well. */
export const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const emailPattern = /^[^\s@"(),:;<>[\]\\]+@[^\s@"(),:;<>[\]\\]+$/;

/** Lower case and trimmed of nothing: an address with spaces is refused. @throws IdentityError 400 validation_failed */
export function readEmail(email: string): string {
  if (email === "") throw badRequest("validation_failed", "An email address is required");
  if (email.length > 255) throw badRequest("validation_failed", "An email address is too long");
  const [local = "", domain = ""] = email.split("@");
  const plausible = emailPattern.test(email) && local.length <= 64 && !/^\.|\.$|\.\./.test(domain);
  if (!plausible) throw badRequest("validation_failed", "Unable to validate email address: invalid format");
  return email.toLowerCase();
}
