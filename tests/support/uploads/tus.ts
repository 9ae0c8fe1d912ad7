import type { Person } from "../person.ts";

export const tusType = "application/offset+octet-stream";

/** `Upload-Metadata`, from texts. */
export function metadataOf(values: Record<string, string>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("base64")}`)
    .join(",");
}

/** One tus request by hand. */
export function tus(
  person: Person,
  method: string,
  path: string,
  options: { headers?: Record<string, string | number>; body?: Uint8Array } = {},
): Promise<Response> {
  const headers: Record<string, string> = { "tus-resumable": "1.0.0" };
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
  if (options.body && !headers["content-type"]) headers["content-type"] = tusType;
  return person.fetch(path, {
    method,
    headers,
    ...(options.body ? { body: options.body as NonNullable<RequestInit["body"]> } : {}),
  });
}

/** A whole file in one request (creation-with-upload). Resolves with the file's id; throws with the answer's text. */
export async function uploadByTus(
  person: Person,
  bytes: Uint8Array,
  metadata: Record<string, string>,
): Promise<string> {
  const answer = await tus(person, "POST", "/api/v1/uploads", {
    headers: { "upload-length": bytes.length, "upload-metadata": metadataOf(metadata) },
    body: bytes,
  });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  return answer.headers.get("upload-file-id") as string;
}
