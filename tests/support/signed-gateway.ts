import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";

export interface SignedGateway {
  /** Origin. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Stands before an S3 service that believes any signature, and lets pass what is signed with this secret key for this region (AWS Signature
 * Version 4, in the Authorization header).
 */
export async function startSignedGateway(
  target: string,
  { secretAccessKey, region }: { secretAccessKey: string; region: string },
): Promise<SignedGateway> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, answer) => {
    if (!isSigned(incoming, secretAccessKey, region)) {
      incoming.resume();
      answer.writeHead(403, { "content-type": "application/xml" });
      return void answer.end("<Error><Code>SignatureDoesNotMatch</Code><Message>Wrong signature</Message></Error>");
    }
    const { method, url: path, headers } = incoming;
    const outgoing = request({ hostname, port, method, path, headers }, (response) => {
      answer.writeHead(response.statusCode as number, response.headers);
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
    },
  };
}

const form =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w+)$/;

function isSigned({ method, url = "", headers }: IncomingMessage, secret: string, region: string): boolean {
  const [, day, scope, names, signature] = form.exec(headers.authorization ?? "") ?? [];
  if (!day || scope !== region || !names) return false;
  const [path, query = ""] = url.split("?");
  const pairs = query.split("&").filter(Boolean);
  const sorted = pairs.map((pair) => (pair.includes("=") ? pair : `${pair}=`)).sort();
  const lines = names.split(";").map((name) => `${name}:${String(headers[name] ?? "").trim()}\n`);
  const canonical = [method, path, sorted.join("&"), lines.join(""), names, headers["x-amz-content-sha256"]].join("\n");
  const digest = createHash("sha256").update(canonical).digest("hex");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], `${day}/${region}/s3/aws4_request`, digest].join("\n");
  const keyed = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(keyed, `AWS4${secret}`);
  return keyed(key, text).toString("hex") === signature;
}
