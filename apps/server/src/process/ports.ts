import { createServer } from "node:net";
import { StartError } from "./failure.ts";

/**
 * Finds out before anything else is started whether the address can be listened on, and which port it will be where any
 * will do (0).
 * @throws StartError
 */
export async function checkPort(host: string, port: number): Promise<number> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => probe.once("error", reject).listen({ host, port }, resolve));
  } catch (error) {
    throw explainListen(error, host, port) ?? error;
  }
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return address !== null && typeof address === "object" ? address.port : port;
}

/** The sentence for an address that cannot be listened on, or null for another kind of failure. */
export function explainListen(error: unknown, host: string, port: number): StartError | null {
  switch ((error as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new StartError(`Port ${port} is in use by another program: stop it, or set PORT to another number.`);
    case "EACCES":
      return new StartError(`Holdfast may not listen on port ${port}: set PORT to a number from 1024 up.`);
    case "EADDRNOTAVAIL":
    case "EAFNOSUPPORT":
    case "ENOTFOUND":
      return new StartError(`This machine has no address ${host}: set HOST to one of its own, or leave it out.`);
    default:
      return null;
  }
}
