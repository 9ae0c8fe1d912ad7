declare module "sodium-native" {
  /** Poly1305 of `input` under the 32-byte one-time `key` (r, then s); r is clamped here. */
  export function crypto_onetimeauth(output: Uint8Array, input: Uint8Array, key: Uint8Array): void;
}
