import { constants, fstat } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { close, open, read } from "../../../packages/storage/src/drivers/file-calls.ts";

/** What a small download costs at least in Node: open, look how long it is, read, send. Whatever is asked for, it is this one file. */
const { path } = JSON.parse(process.argv[2] as string) as { path: string };
const look = promisify(fstat);

const server = createServer(async (_request, response) => {
  const fd = await open(path, constants.O_RDONLY);
  const { size } = await look(fd);
  const bytes = Buffer.allocUnsafe(size);
  await read(fd, bytes, size, 0);
  await close(fd);
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": size });
  response.end(bytes);
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: (server.address() as AddressInfo).port })));
