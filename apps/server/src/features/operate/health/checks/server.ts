import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { type Finding, found, ok, spanOf } from "../check.ts";

const OLDEST_NODE = 24;

/** Node's even majors are kept for years; odd ones for months. */
export function judgeNode(version: string): Finding {
  const major = Number(/^v?(\d+)/.exec(version)?.[1]);
  if (major >= OLDEST_NODE) return ok(`Node ${version.replace(/^v/, "")}.`);
  return found(
    "warning",
    `This process runs on Node ${version.replace(/^v/, "")}.`,
    `Start Holdfast with "npm start", which brings a Node of its own, or install Node ${OLDEST_NODE} or newer.`,
  );
}

export interface Memory {
  /** Bytes that this machine, or the container, can still give. */
  readonly available: number;
  readonly total: number;
  /** Bytes of this process. */
  readonly used: number;
}

export function judgeMemory({ available, total, used }: Memory): Finding {
  const share = available / total;
  const gib = (bytes: number) => (bytes / 2 ** 30).toFixed(1);
  const own = `${Math.round(used / 2 ** 20)} MiB`;
  const sentence = `${gib(available)} of ${gib(total)} GiB of memory are available; this process uses ${own}.`;
  if (share >= 0.1) return ok(sentence);
  return found(
    share < 0.03 ? "problem" : "warning",
    `Memory is short: ${sentence}`,
    "Give the machine or the container more memory, stop other programs, or set HOLDFAST_UPLOAD_MEMORY lower.",
  );
}

const DAY_MS = 86_400_000;

/** @param host of PUBLIC_URL, which the certificate has to be for */
export function judgeCertificate(pem: string, host: string | null, now: Date): Finding {
  const certificate = new X509Certificate(pem);
  const end = new Date(certificate.validTo);
  const left = end.getTime() - now.getTime();
  const renew =
    "Renew it, and put the new files in the place of TLS_CERT_FILE and TLS_KEY_FILE: they are taken up without a restart.";
  if (left <= 0) return found("problem", `The TLS certificate ended on ${end.toISOString().slice(0, 10)}.`, renew);
  const until = `until ${end.toISOString().slice(0, 10)}, ${spanOf(left)} from now`;
  if (host !== null && !isFor(certificate, host)) {
    return found(
      "warning",
      `The TLS certificate is not for ${host}, the host of PUBLIC_URL.`,
      "Get one for that name, or correct PUBLIC_URL.",
    );
  }
  if (left < 14 * DAY_MS)
    return found(left < 3 * DAY_MS ? "problem" : "warning", `The TLS certificate is valid ${until}.`, renew);
  return ok(`The TLS certificate is valid ${until}.`);
}

function isFor(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined;
}

export function judgeSettings(unknown: readonly string[]): Finding {
  if (unknown.length === 0) return ok("Every setting is known.");
  return found("warning", unknown.join(" "), "Correct the names, or remove them, and start again.");
}
