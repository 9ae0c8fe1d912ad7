import type { FastifyInstance } from "fastify";
import { ProblemError } from "./problem.ts";

/** Ours are a few levels deep; what comes after this hook may walk and write a body without running out of stack. */
const maxDepth = 100;

/** Refuses JSON that is nested without end. */
export function limitBodyDepth(app: FastifyInstance): void {
  app.addHook("preValidation", async (request) => {
    if (isDeeper(request.body, maxDepth)) {
      throw new ProblemError("invalid_json", `The body is nested more than ${maxDepth} levels deep.`);
    }
  });
}

function isDeeper(value: unknown, depth: number): boolean {
  // Bytes are no tree of objects.
  if (value === null || typeof value !== "object" || ArrayBuffer.isView(value)) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1));
}
