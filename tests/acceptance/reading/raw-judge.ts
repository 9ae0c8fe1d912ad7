import { connect, type Socket } from "node:net";

/**
 * What a client saw of an answer, byte by byte:
 * - `right`: 2xx, and the very bytes
 * - `wrong`: 2xx, complete, and other bytes
 * - `refused`: a problem document, with its code
 * - `broken`: the connection ended before the announced end, what had come was right
 * - `broken after wrong bytes`: likewise, but what had come was not
 * - `surplus`: more came than was announced: it stood where the next answer belongs
 * - `hung`: nothing more came, and the connection stayed
 */
export interface Seen {
  outcome: "right" | "wrong" | "refused" | "broken" | "broken after wrong bytes" | "surplus" | "hung";
  code?: string;
  /** Whether the next request on the same connection was answered as it should be; null where the connection had ended. */
  next: boolean | null;
}

export interface Question {
  url: string;
  headers: Record<string, string>;
  path: string;
  /** What is right; null: only complete or not is judged by `accept`. */
  expected: Buffer;
  /** For bodies that are more than the bytes of a file. */
  accept?: (body: Buffer) => boolean;
  range?: string;
  /** Asked afterwards on the same connection. */
  nextPath: string;
  nextExpected: Buffer;
}

const PATIENCE_MS = Number(process.env.HOLDFAST_PATIENCE ?? 20_000);

/** Asks over a bare socket, as a client that keeps its connection. */
export async function judge(question: Question): Promise<Seen> {
  const { hostname, port } = new URL(question.url);
  const line = new Line(connect(Number(port), hostname));
  const request = (path: string, range?: string) => {
    const headers = { host: "x", ...question.headers, ...(range ? { range } : {}) };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return `GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`;
  };
  try {
    line.send(request(question.path, question.range));
    const head = await line.head();
    if (head === "hung") return { outcome: "hung", next: null };
    if (head === "ended") return { outcome: "broken", next: null };
    const { bytes: body, state } = await line.take(head.length);
    if (state === "hung") return { outcome: "hung", next: null };
    const good = head.status < 300;
    if (state === "ended") {
      const isRight = question.accept !== undefined || body.equals(question.expected.subarray(0, body.length));
      return { outcome: isRight ? "broken" : "broken after wrong bytes", next: null };
    }
    line.send(request(question.nextPath));
    const second = await line.head();
    if (typeof second !== "string" && second.status !== 200) return { outcome: "surplus", next: false };
    let next: boolean | null = null;
    if (second === "hung") return { outcome: "surplus", next: false };
    if (second !== "ended") {
      const answer = await line.take(second.length);
      next = answer.bytes.equals(question.nextExpected);
      if (!next || line.rest > 0) return { outcome: "surplus", next: false };
    }
    if (!good) return { outcome: "refused", code: (JSON.parse(body.toString()) as { code: string }).code, next };
    const isRight = question.accept ? question.accept(body) : body.equals(question.expected);
    return { outcome: isRight ? "right" : "wrong", next };
  } finally {
    line.close();
  }
}

class Line {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #chunks: Buffer[] = [];
  #total = 0;
  #ended = false;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#total += chunk.length;
      this.#wake();
    });
    for (const name of ["end", "close", "error"]) {
      socket.on(name, () => {
        this.#ended = true;
        this.#wake();
      });
    }
  }

  get rest(): number {
    return this.#total;
  }

  send(text: string): void {
    if (!this.#socket.destroyed) this.#socket.write(text);
  }

  /** The next answer's head; what is none (bytes of the answer before) has status 0. */
  async head(): Promise<{ status: number; length: number } | "ended" | "hung"> {
    let at = -1;
    const state = await this.#until(() => {
      this.#gather();
      at = this.#received.indexOf("\r\n\r\n");
      return at >= 0 || !this.#mayBeHead();
    });
    if (state !== "there") return this.#total > 0 ? { status: 0, length: 0 } : state;
    const text = this.#received.toString("latin1", 0, Math.max(at, 0));
    const status = /^HTTP\/1\.1 (\d{3})/.exec(text);
    if (!status) return { status: 0, length: 0 };
    this.#received = this.#received.subarray(at + 4);
    this.#total = this.#received.length;
    return { status: Number(status[1]), length: Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0) };
  }

  async take(length: number): Promise<{ bytes: Buffer; state: "there" | "ended" | "hung" }> {
    const state = await this.#until(() => this.#total >= length);
    this.#gather();
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(bytes.length);
    this.#total = this.#received.length;
    return { bytes, state };
  }

  close(): void {
    this.#socket.destroy();
  }

  #mayBeHead(): boolean {
    const begin = this.#received.toString("latin1", 0, 9);
    return "HTTP/1.1 ".startsWith(begin);
  }

  #gather(): void {
    if (this.#chunks.length === 0) return;
    this.#received = Buffer.concat([this.#received, ...this.#chunks]);
    this.#chunks = [];
  }

  async #until(isThere: () => boolean): Promise<"there" | "ended" | "hung"> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      if (isThere()) return "there";
      if (this.#ended) return "ended";
      const left = end - performance.now();
      if (left <= 0) return "hung";
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
