import type { FastifyRequest } from "fastify";
import type { IdentityConfig } from "../config.ts";
import { queryValue } from "./body.ts";
import { globPattern } from "./glob.ts";

/** Where the browser is to go afterwards: what was asked for if it is allowed, else the site itself. Never an error. */
export function redirectTarget(config: IdentityConfig, request: FastifyRequest): string {
  const header = request.headers["redirect_to"];
  const asked = typeof header === "string" && header !== "" ? header : queryValue(request, "redirect_to");
  if (isAllowedRedirect(config, asked)) return asked;
  const referer = request.headers.referer ?? "";
  return isAllowedRedirect(config, referer) ? referer : config.siteUrl;
}

export function isAllowedRedirect(config: IdentityConfig, target: string): boolean {
  const url = URL.canParse(target) ? new URL(target) : undefined;
  if (url === undefined || /[\s\\]/.test(target) || url.username !== "" || url.password !== "") return false;
  const site = new URL(config.siteUrl);
  if (url.protocol === site.protocol && url.hostname === site.hostname) {
    if (url.port === site.port || isLoopback(url.hostname)) return true;
  }
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  if (["javascript:", "data:", "vbscript:", "file:", "blob:"].includes(url.protocol)) return false;
  if (isWeb && /^[\d.]+$|^\[/.test(url.hostname)) return isLoopback(url.hostname) && isListed(config, target);
  if (isWeb && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(url.hostname)) return false;
  return isListed(config, target);
}

const isLoopback = (hostname: string) =>
  hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);

function isListed(config: IdentityConfig, target: string): boolean {
  const withoutFragment = target.split("#")[0] as string;
  return config.redirectAllowList.some((glob) => globPattern(glob)?.test(withoutFragment));
}

/** The address with these values added to its fragment. */
export function withFragment(target: string, values: Record<string, string>): string {
  const url = new URL(target);
  url.hash = new URLSearchParams(values).toString();
  return url.href;
}

/** The address with these values set in its query. */
export function withQuery(target: string, values: Record<string, string>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
  return url.href;
}
