import { openSecret, type SigningKeys, sealSecret } from "@holdfast/identity";
import type { MovedRow } from "./copy-table.ts";

/** The keys of this installation, and which side of the move it is. */
export interface Seal {
  readonly keys: SigningKeys;
  readonly on: "from" | "to";
}

const column = "refresh_token_hmac_key";

/**
 * What a session's refresh tokens are made from is sealed with keys that the other side does not have: it is opened on the way out, and
 * sealed on the way in. What cannot be opened goes as it is, and is spoken of.
 */
export function createSealing(seal: Seal | null): { change(row: MovedRow): void; warnings(): string[] } {
  let unreadable = 0;
  return {
    change(row) {
      const [id, stored] = [row.id, row[column]];
      if (!seal || !id || !stored) return;
      const text = openSecret(seal.keys, id, stored);
      if (text === null) unreadable++;
      else row[column] = seal.on === "from" ? text : sealSecret(seal.keys, id, text);
    },
    warnings() {
      if (unreadable === 0) return [];
      const whose = seal?.on === "from" ? "an earlier key of this installation" : "a key of the other side";
      return [
        `Sessions that cannot be renewed there: ${unreadable}. Their refresh tokens are encrypted with ${whose}.`,
      ];
    },
  };
}
