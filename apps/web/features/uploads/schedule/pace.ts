/**
 * A browser opens six connections to a host over HTTP/1.1, and the page needs some for itself. Over HTTP/2 there is no such
 * limit.
 */
export const slots = () => {
  const page = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
  return page && /^h[23]/.test(page.nextHopProtocol) ? 8 : 4;
};
export const largeAtOnce = 2;
/** Before an upload is tried again that the server had no time for (ms). */
export const pauses = [1000, 3000, 8000, 20_000];
