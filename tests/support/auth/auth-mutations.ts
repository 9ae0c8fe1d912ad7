import { connect } from "node:net";

/** A request as bytes on a socket: no client library makes its path plain on the way. */
export interface RawRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends it on a connection of its own. @returns the status (0: hung up) and the whole answer */
export function sendRaw(url: string, request: RawRequest): Promise<{ status: number; text: string }> {
  const { hostname, port, host } = new URL(url);
  const body = Buffer.from(request.body ?? "");
  const headers = {
    host,
    connection: "close",
    "content-length": String(body.length),
    ...(body.length > 0 ? { "content-type": request.contentType ?? "application/json" } : {}),
    ...request.headers,
  };
  const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const done = () => {
      const text = Buffer.concat(received).toString("latin1");
      resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text });
    };
    const socket = connect(Number(port), hostname, () => {
      socket.write(
        Buffer.concat([
          Buffer.from(`${request.method} ${request.target} HTTP/1.1\r\n${head.join("")}\r\n`, "latin1"),
          body,
        ]),
      );
    });
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    socket.on("error", done).on("close", done);
  });
}

/** Other spellings of `/auth/v1<path>` that some gateway, proxy or router takes for the same. */
export function otherSpellings(origin: string, path: string): string[] {
  const [rest = "", search = ""] = path.split(/(?=\?)/);
  const segment = rest.slice(rest.lastIndexOf("/") + 1);
  const parent = `/auth/v1${rest.slice(0, rest.length - segment.length)}`;
  const percent = (text: string, at: number) =>
    `${text.slice(0, at)}%${text.charCodeAt(at).toString(16)}${text.slice(at + 1)}`;
  return [
    ...[
      `${parent}${segment}/`,
      `${parent}/${segment}`,
      `//auth/v1${rest}`,
      `/auth//v1${rest}`,
      `${parent}${segment}//`,
    ],
    ...[
      `${parent}${percent(segment, 0)}`,
      `${parent}${percent(segment, segment.length - 1)}`,
      `/auth/v1%2f${rest.slice(1)}`,
    ],
    ...[`${parent}${segment}%2f`, `${parent}${segment}%2F`, `${parent}%2e/${segment}`, `${parent}./${segment}`],
    ...[
      `${parent}x/../${segment}`,
      `${parent}x/..%2f${segment}`,
      `${parent}x%2f..%2f${segment}`,
      `/x/../auth/v1${rest}`,
    ],
    ...[`${parent}${segment}/.`, `${parent}${segment}/x/..`, `/%61uth/v1${rest}`, `/auth/%76%31${rest}`],
    ...[
      `${parent}${segment.toUpperCase()}`,
      `/AUTH/V1${rest}`,
      `${parent}${segment[0]?.toUpperCase()}${segment.slice(1)}`,
    ],
    ...[`${parent}\\${segment}`, `${parent}${segment}\\`, `${parent}x\\..\\${segment}`, `${parent}%5c${segment}`],
    ...[`${parent}${segment};`, `${parent}${segment};a=b`, `${parent};/${segment}`, `${parent}${segment}%3b`],
    ...[`${parent}${segment}%00`, `${parent}${segment}%00.json`, `${parent}${segment}%20`, `${parent}${segment}%09`],
    ...[
      `${parent}${segment}%23`,
      `${parent}${segment}%3f`,
      `${parent}%252e/${segment}`,
      `${parent}${percent(segment, 0).replace("%", "%25")}`,
    ],
    ...[`${origin}/auth/v1${rest}`, `${origin}/auth/v1${rest}/`, `http://x/auth/v1${rest}`, `http://x//auth/v1${rest}`],
  ].map((each) => each + search);
}

/** Other spellings of one field that Go's JSON or another reader takes for it. */
export function otherKeys(key: string): string[] {
  const escaped = `\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${key.slice(1)}`;
  const folds = [key.replace("s", "\u017f"), key.replace("k", "\u212a")].filter((each) => each !== key);
  return [
    key.toUpperCase(),
    key[0]?.toUpperCase() + key.slice(1),
    `${key.slice(0, -1)}${key.at(-1)?.toUpperCase()}`,
    escaped,
    ...folds,
  ];
}

/** Bodies that name a field in another spelling, twice, or twice in two spellings: `value` is what the attacker wants to be read. */
export function otherBodies(
  fields: Readonly<Record<string, unknown>>,
  key: string,
  value: unknown,
  decoy: unknown,
): string[] {
  const pair = (name: string, of: unknown) => `"${name}":${JSON.stringify(of)}`;
  const rest = Object.entries(fields)
    .filter(([name]) => name !== key)
    .map(([name, of]) => pair(name, of));
  const bodies = [
    [pair(key, decoy), pair(key, value)],
    [pair(key, value), pair(key, decoy)],
  ];
  for (const other of otherKeys(key)) {
    bodies.push([pair(other, value)], [pair(key, decoy), pair(other, value)], [pair(other, value), pair(key, decoy)]);
  }
  return bodies.map((pairs) => `{${[...pairs, ...rest].join(",")}}`);
}

/** Sends all of them, a few at a time. */
export async function sendAll<T extends RawRequest>(
  url: string,
  requests: readonly T[],
  seen: (request: T, answer: { status: number; text: string }) => void,
): Promise<void> {
  const queue = [...requests];
  const worker = async () => {
    for (let request = queue.shift(); request; request = queue.shift()) seen(request, await sendRaw(url, request));
  };
  await Promise.all(Array.from({ length: 6 }, worker));
}
