/** What a person at a terminal sees while Holdfast starts and stops: plain lines. Silent where only a log is read. */
export interface Progress {
  readonly forPeople: boolean;
  line(text: string): void;
}

export function createProgress(forPeople: boolean): Progress {
  // A file on a full disk takes no line; that must not end the server.
  process.stdout.on("error", () => {});
  return { forPeople, line: forPeople ? (text) => process.stdout.write(`${text}\n`) : () => {} };
}

/** "0.4 s" since `start` (a `performance.now()`). */
export function since(start: number): string {
  return `${((performance.now() - start) / 1000).toFixed(1)} s`;
}
