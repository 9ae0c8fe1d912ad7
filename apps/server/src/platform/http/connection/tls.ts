import { X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import type { Server, ServerOptions } from "node:https";
import { createSecureContext } from "node:tls";

export interface TlsFiles {
  /** Certificate chain, PEM. */
  readonly certFile: string;
  /** Private key, PEM. */
  readonly keyFile: string;
}

export interface Tls {
  /** For `https.createServer`, or Fastify's `https`. */
  readonly options: ServerOptions;
  /** From now on the server uses what the files hold; connections that are open keep what they have. */
  attach(server: Pick<Server, "setSecureContext">): void;
  /** Until when the certificate is good that is served now. */
  ends(): Date;
  close(): void;
}

/** The files do not make a usable certificate; `message` is one sentence. */
export class TlsError extends Error {
  override name = "TlsError";
}

/**
 * A certificate from files that whoever renews it may replace at any time. Pairs that do not fit (one file is written
 * before the other) are passed over: the last good pair stays until a better one is there. Files are looked at by
 * polling, because renewal tools swap symbolic links, which change events miss.
 *
 * @param interval ms between looks at the files
 * @throws TlsError
 */
export function openTls(
  files: TlsFiles,
  log: { info(text: string): void; warn(text: string): void },
  interval = 10_000,
): Tls {
  const servers = new Set<Pick<Server, "setSecureContext">>();
  let current = read(files);
  const look = () => {
    try {
      const next = read(files);
      if (next.cert === current.cert && next.key === current.key) return;
      current = next;
      for (const server of servers) server.setSecureContext({ ...fixed, ...next });
      log.info("the TLS certificate was renewed");
    } catch (error) {
      log.warn(`the TLS certificate is not renewed: ${(error as Error).message}`);
    }
  };
  const names = [files.certFile, files.keyFile];
  for (const name of names) watchFile(name, { interval, persistent: false }, look);
  return {
    options: { ...fixed, ...current },
    attach: (server) => void servers.add(server),
    ends: () => new X509Certificate(current.cert).validToDate,
    close: () => names.forEach((name) => unwatchFile(name, look)),
  };
}

const fixed = { minVersion: "TLSv1.2" } as const;

function read({ certFile, keyFile }: TlsFiles): { cert: string; key: string } {
  try {
    const pair = { cert: readFileSync(certFile, "utf8"), key: readFileSync(keyFile, "utf8") };
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const reason = (error as Error).message.replace(/^error:\w+:/, "");
    throw new TlsError(`TLS_CERT_FILE (${certFile}) and TLS_KEY_FILE (${keyFile}) do not work together: ${reason}.`);
  }
}
