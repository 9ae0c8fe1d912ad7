import { problemError, Stopped } from "./answers";

/** `done` gives the body of the answer. */
export type Put = { done: Promise<string>; stop: () => void };

type Body = {
  bytes: Blob;
  type: string;
  /** The files of the disk that it is made of. */
  files: readonly File[];
};

/** Time for an answer: a minute, and what the bytes need at 4 KB/s. A connection that died silently is given up then. */
const answerMs = (size: number) => 60_000 + size / 4;

/** Sends a file in a single request, with its progress. */
export function putFile(url: string, file: File, onProgress?: (sent: number) => void): Put {
  const type = file.type || "application/octet-stream";
  return sendBody("PUT", url, { bytes: file, type, files: [file] }, onProgress);
}

/** By XMLHttpRequest, as `fetch` reports no progress of what it sends. */
export function sendBody(
  method: "PUT" | "POST",
  url: string,
  { bytes, type, files }: Body,
  onProgress?: (sent: number) => void,
): Put {
  const request = new XMLHttpRequest();
  const done = new Promise<string>((resolve, reject) => {
    request.open(method, url);
    request.timeout = answerMs(bytes.size);
    request.setRequestHeader("content-type", type);
    if (onProgress) request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      const { status, responseText } = request;
      if (status >= 200 && status < 300) resolve(responseText);
      else reject(problemError(status, responseText));
    };
    request.onabort = () => reject(new Stopped());
    request.ontimeout = () => reject(problemError(0, ""));
    // The browser names no reason: either a file cannot be read any more, or the server was not reached.
    request.onerror = () =>
      Promise.all(files.map((file) => file.slice(0, 1).arrayBuffer())).then(() => reject(problemError(0, "")), reject);
    request.send(bytes);
  });
  return { done, stop: () => request.abort() };
}
