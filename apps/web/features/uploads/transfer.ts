import { createUpload, type Problem, putContent } from "@holdfast/contract";
import { DetailedError, Upload } from "tus-js-client";
import { ApiError, urlOf } from "@/lib/api";
import { finishKept } from "./kept";
import { type ConflictChoice, smallFile, type UploadItem } from "./types";

/** `done` gives the id of the file that came to be, where the server told it. */
export type Transfer = { done: Promise<string | null>; stop: (forGood: boolean) => void };
export class Stopped extends Error {}

type Destination = { parentId: string | null; conflict: ConflictChoice | undefined };
type Hooks = { onProgress: (sent: number) => void; onTusUrl: (url: string) => void };

/** tus asks again by itself after these pauses (ms); each success starts them again. */
const pauses = [1000, 3000, 8000, 20_000];

const onConflictOf = (choice: ConflictChoice | undefined): "fail" | "rename" | "replace" =>
  choice === "rename" || choice === "replace" ? choice : "fail";

/** Starts sending a file: small ones in a single request, others by tus, so that nothing sent is sent twice. */
export function startTransfer(item: UploadItem, file: File, to: Destination, hooks: Hooks): Transfer {
  if (item.kept) return { done: finishKept(item, to.conflict), stop: () => {} };
  return item.size <= smallFile ? put(item, file, to) : tus(item, file, to, hooks);
}

/** Time for an answer: a minute, and what the bytes need at 4 KB/s. A line that died without a word is given up then. */
const answerMs = (size: number) => 60_000 + size / 4;

function put(item: UploadItem, file: File, to: Destination): Transfer {
  const abort = new AbortController();
  const query = {
    name: item.name,
    parentId: to.parentId ?? undefined,
    onConflict: onConflictOf(to.conflict),
    lastModified: new Date(item.lastModified).toISOString(),
  };
  const send = async () => {
    let response: Response;
    try {
      response = await fetch(urlOf(putContent, { query }), {
        method: "PUT",
        body: file,
        headers: { "content-type": file.type || "application/octet-stream" },
        signal: AbortSignal.any([abort.signal, AbortSignal.timeout(answerMs(item.size))]),
      });
    } catch (error) {
      if (abort.signal.aborted) throw new Stopped();
      // The browser names no reason: either the file cannot be read any more, or the server was not reached.
      await file.slice(0, 1).arrayBuffer();
      throw problemError(0, "", String(error));
    }
    if (!response.ok) throw problemError(response.status, await response.text());
    return ((await response.json()) as { id: string }).id;
  };
  return { done: send(), stop: () => abort.abort() };
}

function tus(item: UploadItem, file: File, to: Destination, hooks: Hooks): Transfer {
  let upload: Upload;
  let stop: (forGood: boolean) => void = () => {};
  const done = new Promise<string | null>((resolve, reject) => {
    const metadata: Record<string, string> = {
      filename: item.name,
      filetype: file.type || "application/octet-stream",
      lastModified: new Date(item.lastModified).toISOString(),
      onConflict: onConflictOf(to.conflict),
    };
    if (to.parentId) metadata.parentId = to.parentId;
    upload = new Upload(file, {
      endpoint: urlOf(createUpload, {}),
      uploadUrl: item.tusUrl,
      metadata,
      retryDelays: pauses,
      storeFingerprintForResuming: false,
      onProgress: (sent) => hooks.onProgress(sent),
      onUploadUrlAvailable: () => upload.url && hooks.onTusUrl(upload.url),
      onShouldRetry: (error) => {
        const problem = tusError(error);
        // Whether it is worth asking a server that gave no answer, the engine knows for all transfers together.
        if (isUnanswered(problem)) return false;
        return ["upload_busy", "offset_mismatch"].includes(problem.code) || [429, 503].includes(problem.status);
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

/** Nobody answered, or only a proxy that does not reach the server either. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ApiError && error.code === "unavailable" && error.requestId === "";
}

function tusError(error: Error): ApiError {
  if (!(error instanceof DetailedError)) return problemError(0, "", error.message);
  const response = error.originalResponse;
  return problemError(response?.getStatus() ?? 0, response?.getBody() ?? "", error.message);
}

function problemError(status: number, body: string, fallback = ""): ApiError {
  try {
    const problem = JSON.parse(body) as Problem;
    if (problem.code) return new ApiError(problem);
  } catch {
    // Not from us: a proxy in between, or no answer at all.
  }
  const detail = status === 0 ? "The server cannot be reached." : `The server answered ${status}. ${fallback}`;
  return new ApiError({ type: "about:blank", title: detail, status, code: "unavailable", detail, requestId: "" });
}
