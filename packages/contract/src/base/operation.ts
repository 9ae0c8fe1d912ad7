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
  /**
   * Changes how somebody gets in, so a session that was taken must not do it: the session has proved itself recently, by `prove` or a sign-in.
   * Without that it is answered recent_proof_required. Open to no access token.
   */
  readonly recentProof?: true;
  /** A POST that does no harm when it is carried out twice: what a client may send again without an Idempotency-Key. */
  readonly repeatable?: true;
  /**
   * Served in maintenance mode though it is no reading: signing in, and whatever touches no files, links or accounts. What only reads and what
   * administrators do is served in any case (`heldInMaintenance`).
   */
  readonly servedInMaintenance?: true;
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
  /** The status of a success, where it depends on the result: `status` or one of `also`. */
  readonly statusOf?: (result: object) => number;
  /** Headers of a success that mean something to clients, by their names. */
  readonly sends?: Readonly<Record<string, string>>;
  /** Codes beyond those that any operation can answer. */
  readonly errors: readonly ErrorCode[];
}

/** Declares an operation, keeping the exact types of its schemas. */
export function operation<const O extends Operation>(definition: O): O {
  return definition;
}

/** What a client needs to know of an operation: its schemas count for their types alone. */
export type Callable = Pick<Operation, "method" | "path"> &
  Partial<Pick<Operation, "params" | "query" | "body" | "result">>;

type SchemaOf<S> = Extract<S, z.ZodType>;
type Of<S> = z.output<SchemaOf<S>>;
type In<S> = z.input<SchemaOf<S>>;
type Where<S, Then, Else> = [SchemaOf<S>] extends [never] ? Else : Then;

export type ParamsOf<O extends Callable> = Where<O["params"], Of<O["params"]>, Record<string, never>>;
export type QueryOf<O extends Callable> = Where<O["query"], Of<O["query"]>, Record<string, never>>;
export type BodyOf<O extends Callable> = Where<O["body"], Of<O["body"]>, undefined>;
export type ResultOf<O extends Callable> = Where<O["result"], Of<O["result"]>, void>;

/** What a caller gives: only the parts that the operation has. */
export type InputOf<O extends Callable> = Where<O["params"], { params: In<O["params"]> }, object> &
  Where<O["query"], { query?: In<O["query"]> }, object> &
  Where<O["body"], { body: In<O["body"]> }, object>;
