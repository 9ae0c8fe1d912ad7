import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { request } from "node:https";

/** A browser on another machine: it comes by https, from an address of its own (any of 127.0.0.0/8 is this machine's), with its cookies. */
export interface Visitor {
  readonly cookies: Map<string, string>;
  /** Begins a request, whose body is the caller's business. */
  open(method: string, path: string, headers?: Record<string, string | number>): ClientRequest;
  ask(method: string, path: string, options?: Asking): Promise<Answer>;
}

interface Asking {
  readonly headers?: Record<string, string | number>;
  readonly json?: unknown;
  readonly body?: Uint8Array;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at what they expect to be there
  json(): any;
}

export function visitorOf({ url, ca }: { url: string; ca: string }, from: string): Visitor {
  const cookies = new Map<string, string>();
  const open: Visitor["open"] = (method, path, headers = {}) => {
    const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
    const own = { ...(cookie ? { cookie } : {}), ...(method === "GET" ? {} : { origin: url }) };
    return request(url + path, {
      ...{ method, ca, localAddress: from, family: 4, servername: "localhost", agent: false },
      headers: { ...own, ...headers },
    });
  };
  return {
    ...{ cookies, open },
    async ask(method, path, { headers = {}, json, body } = {}) {
      const bytes = json === undefined ? body : Buffer.from(JSON.stringify(json));
      const described: Record<string, string | number> =
        json === undefined ? {} : { "content-type": "application/json" };
      if (bytes) described["content-length"] = bytes.length;
      const sent = open(method, path, { ...described, ...headers });
      sent.end(bytes);
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      for (const line of response.headers["set-cookie"] ?? []) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) as unknown as [string, string, string];
        if (/max-age=0\b/i.test(line)) cookies.delete(name);
        else cookies.set(name, value);
      }
      const all = Buffer.concat(chunks);
      return {
        ...{ status: response.statusCode ?? 0, headers: response.headers, body: all },
        json: () => JSON.parse(all.toString()) as unknown,
      };
    },
  };
}
