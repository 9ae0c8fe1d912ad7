declare global {
  interface Window {
    /** What the page asked for while its code was still on its way, by address (`components/early-requests.tsx`). */
    holdfastEarly?: Map<string, Promise<Response>>;
  }
}

/** Answers older than this are asked for again. */
const OLDEST_MS = 30_000;

/** `fetch`, except that the first request for what the page has already asked for takes that answer. A change makes them all old. */
export function fetchOrEarly(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const early = typeof window === "undefined" ? undefined : window.holdfastEarly;
  if (early && (init?.method ?? "GET") !== "GET") early.clear();
  if (early && typeof input === "string" && performance.now() < OLDEST_MS) {
    const answer = early.get(input);
    early.delete(input);
    if (answer) return answer;
  }
  return fetch(input, init);
}
