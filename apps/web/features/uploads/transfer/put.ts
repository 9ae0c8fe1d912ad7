import { problemError, Stopped } from "./answers";

/** `done` gives the body of the answer. */
export type Put = { done: Promise<string>; stop: () => void };

/** Time for an answer: a minute, and what the bytes need at 4 KB/s. A connection that died silently is given up then. */
const answerMs = (size: number) => 60_000 + size / 4;

/** Sends a file in a single request, with its progress (`fetch` reports none for what it sends). */
export function putFile(url: string, file: File, onProgress?: (sent: number) => void): Put {
  const request = new XMLHttpRequest();
  const done = new Promise<string>((resolve, reject) => {
    request.open("PUT", url);
    request.timeout = answerMs(file.size);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    if (onProgress) request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => {
      const { status, responseText } = request;
      if (status >= 200 && status < 300) resolve(responseText);
      else reject(problemError(status, responseText));
    };
    request.onabort = () => reject(new Stopped());
    request.ontimeout = () => reject(problemError(0, ""));
    // The browser names no reason: either the file cannot be read any more, or the server was not reached.
    request.onerror = () =>
      file
        .slice(0, 1)
        .arrayBuffer()
        .then(() => reject(problemError(0, "")), reject);
    request.send(file);
  });
  return { done, stop: () => request.abort() };
}
