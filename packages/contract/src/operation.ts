import type { z } from "zod";
import type { ErrorCode } from "./errors.ts";

/**
 * Who may call an operation. Everything finer (is this file yours?) is the access function's decision.
 * - `public`: anybody · `signed-in`: any active user · `admin`: users whose role is admin
 * - `share`: whoever holds a valid link, with its password where it has one · `setup`: while no admin exists, with the token
 */
export const accessClasses = ["public", "signed-in", "admin", "share", "setup"] as const;
export type Access = (typeof accessClasses)[number];

/** A body of raw bytes, in or out. */
export const bytes = "bytes" as const;
/** A stream of server-sent events. */
export const events = "events" as const;

export type BodySchema = z.ZodType | typeof bytes;
export type ResultSchema = z.ZodType | typeof bytes | typeof events | null;

export interface Operation {
  /** Unique; the name of the function in the OpenAPI document. */
  readonly id: string;
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS";
  /** Full path with parameters in braces: `/api/v1/files/{id}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly access: Access;
  /** Open to who still has to set up the second factor that the server asks for. Nothing else is. */
  readonly beforeSecondFactor?: true;
  /** A POST that does no harm when it is carried out twice: what a client may send again without an Idempotency-Key. */
  readonly repeatable?: true;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** Headers that the request carries besides those of HTTP; described, and judged by whoever reads them. */
  readonly headers?: z.ZodObject;
  readonly body?: BodySchema;
  /** Media type of a body of bytes where it matters; without it any is taken. */
  readonly bodyMedia?: string;
  /** Status of a success; `result` is its body, null for none. */
  readonly status: number;
  readonly result: ResultSchema;
  /** Takes the header `Idempotency-Key`: sent again with the same key, it makes nothing a second time and answers the same. */
  readonly idempotencyKey?: true;
  /** Media type of a result of bytes; without it any, as the file has. */
  readonly media?: string;
  /** The bytes can be had in part and under conditions: 206, 304 and 416 are answers too. */
  readonly ranges?: true;
  /** Further statuses that are answered with `result`, and when. */
  readonly also?: Readonly<Record<number, string>>;
  /** Headers of a success that mean something to clients, by their names. */
  readonly sends?: Readonly<Record<string, string>>;
  /** Codes beyond those that any operation can answer. */
  readonly errors: readonly ErrorCode[];
}

/** Declares an operation, keeping the exact types of its schemas. */
export function operation<const O extends Operation>(definition: O): O {
  return definition;
}

type Of<S> = S extends z.ZodType ? z.output<S> : never;
type In<S> = S extends z.ZodType ? z.input<S> : never;

export type ParamsOf<O extends Operation> = O["params"] extends z.ZodObject ? Of<O["params"]> : Record<string, never>;
export type QueryOf<O extends Operation> = O["query"] extends z.ZodObject ? Of<O["query"]> : Record<string, never>;
export type BodyOf<O extends Operation> = O["body"] extends z.ZodType ? Of<O["body"]> : undefined;
export type ResultOf<O extends Operation> = O["result"] extends z.ZodType ? Of<O["result"]> : void;

/** What a caller gives: only the parts that the operation has. */
export type InputOf<O extends Operation> = (O["params"] extends z.ZodObject ? { params: In<O["params"]> } : object) &
  (O["query"] extends z.ZodObject ? { query?: In<O["query"]> } : object) &
  (O["body"] extends z.ZodType ? { body: In<O["body"]> } : object);
