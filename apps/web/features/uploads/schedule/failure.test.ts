import type { ErrorCode } from "@holdfast/contract";
import { ApiError } from "@holdfast/contract/client";
import { expect, it } from "vitest";
import { Stopped } from "../transfer/answers.ts";
import { failureOf } from "./failure.ts";

const problem = (code: ErrorCode, requestId = "r") =>
  new ApiError({ type: "about:blank", title: "", status: 500, code, detail: "", requestId });

it.each([
  ["everything", ["unauthenticated", "session_ended", "quota_exceeded", "disk_full"]],
  ["later", ["unavailable", "rate_limited", "server_busy", "request_timeout", "busy", "upload_busy"]],
  ["refused", ["name_taken", "invalid_name", "not_found", "internal"]],
] satisfies [string, ErrorCode[]][])("%s: %j", (failure, codes) => {
  expect(codes.map((code) => failureOf(problem(code)))).toEqual(codes.map(() => failure));
});

it("knows what no server has said", () => {
  expect(failureOf(new Stopped())).toBe("stopped");
  expect(failureOf(problem("unavailable", ""))).toBe("unanswered");
  expect(failureOf(new DOMException("The file is gone", "NotReadableError"))).toBe("refused");
});
