/** Runs at most `concurrency` at a time, in order of arrival; `queueLimit` more wait, and the next one gets `refusal()`. */
export function createLimit(concurrency: number, queueLimit: number, refusal: () => Error) {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (running < concurrency) running++;
    else {
      if (waiting.length >= queueLimit) throw refusal();
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The slot goes straight to the next one in line, so that nobody can slip in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
