import { createUpload } from "@holdfast/contract/client";
import { DetailedError, Upload } from "tus-js-client";
import { type ApiError, urlOf } from "@/lib/api";
import { isUnanswered, problemError, Stopped } from "./answers";
import type { Transfer } from "./transfer";

/** tus asks again automatically after these pauses (ms); each success starts them over. */
const pauses = [1000, 3000, 8000, 20_000];

type Hooks = { onProgress: (sent: number) => void; onTusUrl: (url: string) => void };

/** Sends a file by tus: what has arrived is never sent again. `url` is where the server keeps it already. */
export function sendByTus(
  file: File,
  metadata: Record<string, string>,
  url: string | undefined,
  hooks: Hooks,
): Transfer {
  let upload: Upload;
  let stop: (forGood: boolean) => void = () => {};
  const done = new Promise<string | null>((resolve, reject) => {
    upload = new Upload(file, {
      endpoint: urlOf(createUpload, {}),
      uploadUrl: url,
      metadata,
      retryDelays: pauses,
      storeFingerprintForResuming: false,
      onProgress: (sent) => hooks.onProgress(sent),
      onUploadUrlAvailable: () => upload.url && hooks.onTusUrl(upload.url),
      onShouldRetry: (error) => {
        const problem = tusError(error);
        // Whether it is worth asking a server that gave no answer, the scheduler knows for all transfers together.
        if (isUnanswered(problem)) return false;
        return ["upload_busy", "offset_mismatch"].includes(problem.code) || [408, 429, 503].includes(problem.status);
      },
      onError: (error) => reject(tusError(error)),
      onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("upload-file-id") ?? null),
    });
    stop = (forGood) => {
      reject(new Stopped());
      upload.abort(forGood).catch(() => {});
    };
    upload.start();
  });
  return { done, stop: (forGood) => stop(forGood) };
}

function tusError(error: Error): ApiError {
  if (!(error instanceof DetailedError)) return problemError(0, "", error.message);
  const response = error.originalResponse;
  return problemError(response?.getStatus() ?? 0, response?.getBody() ?? "", error.message);
}
