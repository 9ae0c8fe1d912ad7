import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { announceReady, obeyParent } from "./child-side.ts";

/**
 * Runs the built pages (Next's standalone server, named by the first argument; it takes PORT and HOSTNAME from the
 * environment) as a child that ends with its parent.
 */
const [server, port] = [process.argv[2]!, Number(process.env.PORT)];
if (process.send) obeyParent(async () => {});
await import(pathToFileURL(server).href);
while (!(await answers())) await sleep(20);
announceReady();

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, process.env.HOSTNAME ?? "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
