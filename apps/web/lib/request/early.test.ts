import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { fetchOrEarly } from "./early.ts";

const asked = vi.fn(async (_input: string | URL | Request, _init?: RequestInit) => new Response("asked now"));

beforeEach(() => {
  asked.mockClear();
  vi.stubGlobal("fetch", asked);
  vi.stubGlobal("window", {
    holdfastEarly: new Map([["/api/v1/files?limit=100", Promise.resolve(new Response("early"))]]),
  });
});
afterEach(() => vi.unstubAllGlobals());

const read = async (url: string, init?: RequestInit) => (await fetchOrEarly(url, init)).text();

it("takes what was asked for early, once", async () => {
  expect(await read("/api/v1/files?limit=100")).toBe("early");
  expect(await read("/api/v1/files?limit=100")).toBe("asked now");
  expect(asked).toHaveBeenCalledTimes(1);
});

it("asks for everything else", async () => {
  expect(await read("/api/v1/files?limit=1000")).toBe("asked now");
});

it("forgets what is from before a change", async () => {
  await read("/api/v1/auth/login", { method: "POST" });
  expect(await read("/api/v1/files?limit=100")).toBe("asked now");
});
