import type { BodySchema, Operation, ResultSchema } from "../base/operation.ts";

/**
 * Where an operation is, for browsers: as data its method and path, and that it answers nothing; its schemas are here as types alone and
 * never as values. What is said of it here is compared with the operation by the compiler.
 */
export type Endpoint<O extends Operation> = Pick<O, "method" | "path"> & {
  readonly params?: Extract<O["params"], NonNullable<Operation["params"]>>;
  readonly query?: Extract<O["query"], NonNullable<Operation["query"]>>;
  readonly body?: Extract<O["body"], BodySchema>;
} & (O["result"] extends null ? { readonly result: null } : { readonly result?: Extract<O["result"], ResultSchema> });
