import { ApiError, createClient, getPublicShare } from "@holdfast/contract/client";
import { headers } from "next/headers";
import { cache } from "react";

/** What a page of a request asks the API in the person's name: their cookies, their address, their browser. */
async function apiForRequest() {
  const incoming = await headers();
  const passed: Record<string, string> = {};
  for (const name of ["cookie", "user-agent", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"]) {
    const value = incoming.get(name);
    if (value) passed[name] = value;
  }
  return createClient({ baseUrl: process.env.HOLDFAST_API_ORIGIN ?? "", headers: () => passed });
}

/**
 * What a link leads to; null where it is dead. Asked once per request, for the link preview and the page together, so that one
 * visit counts once. Undefined where the API could not be asked from here: the browser then asks itself.
 */
export const publicShareOf = cache(async (token: string) => {
  if (!process.env.HOLDFAST_API_ORIGIN) return undefined;
  try {
    const call = await apiForRequest();
    return await call(getPublicShare, { params: { token } }, { cache: "no-store" });
  } catch (error) {
    return error instanceof ApiError && error.status === 404 ? null : undefined;
  }
});
