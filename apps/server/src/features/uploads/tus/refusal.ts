import type { ErrorCode } from "@holdfast/contract";
import { ProblemError } from "../../../platform/http/problem.ts";
import { refuse } from "../upload-states.ts";
import type { UploadsDeps } from "../uploads.deps.ts";
import type { UploadRow } from "../uploads.queries.ts";

/** What stays as it is until the upload's owner decides. Anything else may pass by itself, and is tried again. */
const refusals: readonly ErrorCode[] = [
  "name_taken",
  "quota_exceeded",
  "too_many_entries",
  "not_found",
  "not_a_folder",
];

/** The folder was deleted for good while the bytes were on their way. */
export function folderGone(): ProblemError {
  return new ProblemError("not_found", "The folder that this was meant for is gone. Choose another one.");
}

/** Keeps the reason why a complete upload may not become a file. The upload stays, and its owner is shown what to do. */
export async function recordRefusal(deps: UploadsDeps, upload: UploadRow, error: unknown): Promise<void> {
  if (!(error instanceof ProblemError) || !refusals.includes(error.code)) return;
  await refuse(deps.db, upload.id, error.code, sentence(error, upload.name));
}

function sentence(error: ProblemError, name: string): string {
  switch (error.code) {
    case "name_taken":
      return `There is already something called "${name}" in this folder. Keep both, replace the file, or discard the upload.`;
    case "quota_exceeded":
    case "too_many_entries":
      return error.message;
    default:
      return folderGone().message;
  }
}
