import type { ErrorCode } from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { originOf, viaOf } from "../http/principal.ts";
import { isId } from "../ids.ts";
import type { AccessLog } from "./access-log.ts";
import { strangerAgent } from "./note-sent.ts";

/** Answers that say that somebody may not. Others with their status are steps of ordinary work ("confirm that it is you"). */
const refusals = new Set<ErrorCode>(["forbidden", "not_found", "token_scope_missing"]);

/** Notes who asked for what is another's, what needs a role or scope that they lack, and links that lead nowhere. */
export function noteRefusals(app: FastifyInstance, log: AccessLog): void {
  app.addHook("onResponse", async (request) => {
    const { problemCode } = request;
    const { operation } = request.routeOptions.config;
    if (problemCode === null || operation === undefined || !refusals.has(problemCode)) return;
    const isLink = operation.tag === "public";
    if (!isLink && operation.access !== "signed-in" && operation.access !== "admin") return;
    const targetId = idOf(request);
    // What has no id here and is not found is nobody's.
    if (!isLink && problemCode === "not_found" && targetId === null) return;
    log.record({
      ...{ ...originOf(request), via: viaOf(request), ...strangerAgent(request) },
      ...{ action: isLink ? "link.refused" : "access.refused", outcome: "refused", targetId, targetName: null },
      ...{ kind: operation.id, detail: { operation: operation.id, code: problemCode } },
      ...(problemCode === "not_found" && targetId !== null ? { ofOthers: true as const } : {}),
    });
  });
}

function idOf({ params }: FastifyRequest): string | null {
  const given = Object.entries((params ?? {}) as Record<string, string>);
  return given.find(([name, value]) => name !== "token" && isId(value))?.[1] ?? null;
}
