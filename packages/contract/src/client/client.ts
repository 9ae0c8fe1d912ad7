import type { ErrorCode } from "../base/errors.ts";
import type { Callable, InputOf, ResultOf } from "../base/operation.ts";
import type { Problem } from "../base/problem.ts";

/** What the server answered instead of a success, or `unavailable` where it could not be reached at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: ErrorCode;
  readonly requestId: string;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId;
    this.problem = problem;
  }
}

export interface ClientOptions {
  /** Origin without a trailing slash; empty for the page's own. */
  baseUrl?: string;
  fetch?: typeof globalThis.fetch;
  /** Sent with every request, for example `authorization`. */
  headers?: () => Record<string, string>;
}

export type Call = <O extends Callable>(
  operation: O,
  ...input: object extends InputOf<O>
    ? [input?: InputOf<O>, init?: RequestInit]
    : [input: InputOf<O>, init?: RequestInit]
) => Promise<ResultOf<O>>;

type AnyInput = { params?: Record<string, unknown>; query?: Record<string, unknown>; body?: unknown };

/** The address of an operation, for links, downloads and uploads that do not go through `call`. */
export function urlOf<O extends Callable>(operation: O, input: Omit<InputOf<O>, "body">, baseUrl = ""): string {
  const { params = {}, query = {} } = input as AnyInput;
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const text = search.toString();
  return baseUrl + path + (text ? `?${text}` : "");
}

function unreachable(detail: string): Problem {
  return {
    type: "about:blank",
    title: "Not available right now",
    status: 503,
    code: "unavailable",
    detail,
    requestId: "",
  };
}

async function problemOf(response: Response): Promise<Problem> {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  if (isProblem) return (await response.json()) as Problem;
  return unreachable(`The server answered ${response.status} in a form that was not expected.`);
}

/** A typed client: `call(listFiles, { query: { parentId } })`. Throws ApiError for everything that is not a success. */
export function createClient(options: ClientOptions = {}): Call {
  const { baseUrl = "", fetch = globalThis.fetch } = options;
  return (async (operation: Callable, input: AnyInput = {}, init: RequestInit = {}) => {
    const hasBody = input.body !== undefined;
    const headers = new Headers({ ...options.headers?.(), ...(hasBody ? { "content-type": "application/json" } : {}) });
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    let response: Response;
    try {
      response = await fetch(urlOf(operation, input as never, baseUrl), {
        credentials: "same-origin",
        ...init,
        method: operation.method,
        headers,
        ...(hasBody ? { body: JSON.stringify(input.body) } : {}),
      });
    } catch (cause) {
      if ((cause as Error).name === "AbortError") throw cause;
      throw new ApiError(unreachable("The server cannot be reached. Check the connection and try again."));
    }
    if (!response.ok) throw new ApiError(await problemOf(response));
    if (operation.result === null || response.status === 204) return undefined;
    return response.json();
  }) as Call;
}
