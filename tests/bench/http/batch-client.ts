import { request as ask } from "node:http";
import { endOfTar, entryOf } from "../../support/uploads/tar.ts";

/** Sends files in archives, on a few connections; runs as a process of its own, as `load-client.ts` does, and prints the seconds it took. */
export interface BatchOrders {
  port: number;
  authorization: string;
  parentId: string;
  folders: number;
  filesEach: number;
  bytes: number;
  /** Folders in one request. */
  foldersEach: number;
  atOnce: number;
}

async function run(orders: BatchOrders): Promise<void> {
  const { port, parentId, folders, filesEach, bytes, foldersEach, atOnce } = orders;
  const content = Buffer.alloc(bytes);
  for (let i = 0; i + 4 <= bytes; i += 4) content.writeUInt32LE(Math.floor(Math.random() * 2 ** 32), i);
  // Headers and archives are made before the clock runs: a page makes them from Blobs while others are on their way.
  const archives: Buffer[] = [];
  for (let first = 0; first < folders; first += foldersEach) {
    const entries: Buffer[] = [];
    for (let folder = first; folder < Math.min(folders, first + foldersEach); folder++) {
      for (let n = 0; n < filesEach; n++) {
        content.writeDoubleLE(Math.random(), 0);
        entries.push(entryOf({ path: `folder ${folder}/file ${n}`, bytes: content }));
      }
    }
    archives.push(Buffer.concat([...entries, endOfTar]));
  }
  const began = performance.now();
  const send = (archive: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const headers = { authorization: orders.authorization, "content-length": archive.length };
      const path = `/api/v1/files/batch?parentId=${parentId}`;
      const sent = ask({ port, host: "127.0.0.1", method: "POST", path, headers }, (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => {
          const stored = text.split('"status":"stored"').length - 1;
          if (stored === filesEach * Math.min(foldersEach, folders)) resolve();
          else reject(new Error(`${stored} were stored: ${answer.statusCode} ${text.slice(0, 600)}`));
        });
      });
      sent.on("error", reject).end(archive);
    });
  const work = async () => {
    for (let archive = archives.pop(); archive; archive = archives.pop()) await send(archive);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  process.stdout.write(JSON.stringify({ seconds: (performance.now() - began) / 1000 }));
}

if (process.argv[2]) await run(JSON.parse(process.argv[2]) as BatchOrders);
