import { browse } from "../../../packages/identity/src/testing/start-provider.ts";
import { type Browser, openBrowser } from "./browser.ts";

/** One redirect of ours, with this browser's cookies. */
async function step(url: string, browser: Browser, path: string): Promise<string> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(new URL(path, url), { redirect: "manual", headers: cookie ? { cookie } : {} });
  for (const line of answer.headers.getSetCookie()) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0\b/i.test(line)) browser.cookies.delete(name);
    else browser.cookies.set(name, value);
  }
  return answer.headers.get("location") as string;
}

/** Signs in a browser with the provider `oidc`, as the person that it is set to. @returns the browser, and where it ended */
export async function signInThroughProvider(url: string): Promise<{ browser: Browser; path: string }> {
  const browser = openBrowser(url);
  const authorize = await step(url, browser, "/api/v1/auth/oidc/oidc/start");
  const callback = await browse(await step(url, browser, authorize), url);
  return { browser, path: await step(url, browser, await step(url, browser, callback.href)) };
}
