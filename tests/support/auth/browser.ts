/** A client that keeps cookies and sends an Origin as a browser does. */
export interface Browser {
  readonly cookies: Map<string, string>;
  /** Set-Cookie headers as they came, newest last. */
  readonly received: string[];
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
}

export function openBrowser(origin: string, cookies = new Map<string, string>()): Browser {
  const received: string[] = [];
  return {
    cookies,
    received,
    async request(method, path, body, headers = {}) {
      const response = await fetch(origin + path, {
        method,
        headers: {
          ...(cookies.size > 0 ? { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") } : {}),
          ...(method === "GET" ? {} : { origin }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) {
        received.push(line);
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string];
        if (/max-age=0\b/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      return response;
    },
  };
}

/** Status and code of an answer, for the many tests that are about a refusal. */
export async function verdict(response: Response): Promise<string> {
  if (response.ok) return String(response.status);
  return `${response.status} ${((await response.json()) as { code: string }).code}`;
}
