import { connect } from "node:net";

/**
 * A client that costs little: one request after another on each of some connections, answers counted and thrown away. Runs as a process
 * of its own, so that it can have a core of its own; takes its orders as JSON in argv and prints what it measured.
 */
export interface Orders {
  port: number;
  connections: number;
  requests: number;
  /** The request's head, without the empty line; `{n}` becomes a number that no request before had, `{c}` the connection's, `{p}` a place. */
  head: string;
  /** Taken by turns. */
  places?: string[];
  /** Bytes of a body; each is a content of its own. */
  bodyBytes: number;
  /** A body that is the same each time, instead. */
  text?: string;
  firstNumber: number;
}

export interface Measured {
  seconds: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Answers that were no success. */
  refused: number;
}

function run(orders: Orders): void {
  const body = Buffer.alloc(orders.bodyBytes);
  for (let i = 0; i + 4 <= body.length; i += 4) body.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), i);
  const times: number[] = [];
  let sent = 0;
  let done = 0;
  let refused = 0;
  let firstRefusal = "";
  const began = performance.now();

  const open = (connection: number) => {
    const socket = connect(orders.port, "127.0.0.1");
    socket.setNoDelay(true);
    let at = 0;
    let missing = -1;
    let head = "";
    const next = () => {
      if (sent >= orders.requests) return socket.end();
      const n = orders.firstNumber + sent++;
      at = performance.now();
      missing = -1;
      head = "";
      const place = orders.places?.[n % orders.places.length] ?? "";
      const text = `${orders.head.replace("{n}", String(n)).replace("{c}", String(connection)).replace("{p}", place)}\r\n\r\n`;
      if (orders.text !== undefined) return void socket.write(text + orders.text);
      if (body.length === 0) return void socket.write(text);
      body.writeDoubleLE(n, 0);
      socket.write(Buffer.concat([Buffer.from(text), body]));
    };
    socket.on("connect", next);
    socket.on("data", (chunk: Buffer) => {
      let left = chunk.length;
      if (missing < 0) {
        const text = head + chunk.toString("latin1");
        const end = text.indexOf("\r\n\r\n");
        if (end < 0) {
          head = text;
          return;
        }
        if (!text.startsWith("HTTP/1.1 2")) {
          refused++;
          firstRefusal ||= text.slice(0, 600);
        }
        const length = /content-length: *(\d+)/i.exec(text.slice(0, end))?.[1];
        missing = Number(length ?? 0);
        left = text.length - end - 4;
      }
      missing -= left;
      if (missing > 0) return;
      times.push(performance.now() - at);
      done++;
      if (done < orders.requests) return next();
      socket.end();
      finish();
    });
    socket.on("error", (error) => {
      throw error;
    });
  };
  const finish = () => {
    const seconds = (performance.now() - began) / 1000;
    times.sort((a, b) => a - b);
    const share = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] as number;
    const measured: Measured = { seconds, perSecond: done / seconds, p50: share(0.5), p99: share(0.99), refused };
    if (firstRefusal) process.stderr.write(firstRefusal);
    process.stdout.write(JSON.stringify(measured), () => process.exit(0));
  };
  for (let i = 0; i < orders.connections; i++) open(i);
}

if (process.argv[2]) run(JSON.parse(process.argv[2]) as Orders);
