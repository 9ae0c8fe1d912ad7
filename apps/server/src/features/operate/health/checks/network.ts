import { connect } from "node:net";
import { type Finding, found, ok } from "../check.ts";

/** @param address how this very request reached the server, as an origin */
export function judgePublicUrl(publicUrl: string | null, address: string | null): Finding {
  const isLocal = address !== null && /^https?:\/\/(localhost|127\.|\[::1\])/.test(address);
  if (publicUrl === null) {
    if (address === null || isLocal) return ok("PUBLIC_URL is not set: links carry the address of the request.");
    return found(
      "warning",
      "PUBLIC_URL is not set: links and mails carry whatever address a request came by.",
      `Set PUBLIC_URL=${address} if that is the address people use.`,
    );
  }
  if (address === null || address === publicUrl || isLocal) return ok(`Links lead to ${publicUrl}.`);
  return found(
    "warning",
    `You have opened ${address}, and PUBLIC_URL is ${publicUrl}: links lead there, and signing in here may be refused.`,
    "Set PUBLIC_URL to the address people use, and let the proxy pass Host (with its port) and X-Forwarded-Proto on.",
  );
}

/** @param notice what was met since the start: a proxy that no setting knows of, or a setting that believes everybody */
export function judgeProxy(notice: string | null): Finding {
  if (notice === null) return ok("TRUST_PROXY fits what requests say.");
  return found(
    "warning",
    notice,
    "Set TRUST_PROXY to the number of proxies in front, or to their addresses, and start again.",
  );
}

const PATIENCE_MS = 2_500;

/** Whether the mail server greets. Nothing is sent. */
export async function judgeMail(smtpUrl: string | null, supabase: boolean): Promise<Finding> {
  if (smtpUrl === null) {
    if (supabase) return ok("Supabase sends the mails of sign-in.");
    return {
      state: "notice",
      sentence: "No mail is sent: nobody can recover a password by mail, and no alert reaches a mailbox.",
      remedy: "Set SMTP_URL.",
    };
  }
  const { hostname, port, protocol } = new URL(smtpUrl);
  const secure = protocol === "smtps:";
  const server = `${hostname}:${port || (secure ? 465 : 587)}`;
  const failure = await greets(hostname, Number(port) || (secure ? 465 : 587), secure);
  if (failure === null) return ok(`The mail server ${server} answers.`);
  return found(
    "problem",
    `The mail server ${server} does not answer (${failure}).`,
    "Check SMTP_URL and that the server can be reached from here.",
  );
}

function greets(host: string, port: number, secure: boolean): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(PATIENCE_MS, () => end("no answer"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
    // With TLS the client speaks first: that it connects says enough.
    if (secure) socket.once("connect", () => end(null));
    else socket.once("data", (data) => end(String(data).startsWith("220") ? null : "it refuses connections"));
  });
}
