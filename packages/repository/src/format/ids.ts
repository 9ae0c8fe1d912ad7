/** An id is the SHA-256 of what it names: 64 hexadecimal digits as text, 32 bytes in tables. */
export const ID_BYTES = 32;

const ID = /^[0-9a-f]{64}$/;

export function isId(text: unknown): text is string {
  return typeof text === "string" && ID.test(text);
}

export function idAt(ids: Uint8Array, position: number): string {
  return Buffer.from(ids.buffer, ids.byteOffset + position * ID_BYTES, ID_BYTES).toString("hex");
}

export function packKey(id: string): string {
  return `data/${id.slice(0, 2)}/${id}`;
}
