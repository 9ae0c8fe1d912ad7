import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** What the server offers for a new passkey, and for the use of one, as far as an authenticator reads it. */
export interface CreationOptions {
  challenge: string;
  rp: { id?: string | undefined };
  user: { id: string };
  excludeCredentials?: { id: string }[] | undefined;
}
export interface RequestOptions {
  challenge: string;
  rpId?: string | undefined;
  allowCredentials?: { id: string }[] | undefined;
}

/** What a browser or authenticator that is broken, copied or hostile does otherwise. */
export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  userHandle?: string;
  /** The person showed neither PIN nor finger. */
  unverified?: boolean;
  signCount?: number;
  /** Another key signs. */
  key?: KeyObject;
  crossOrigin?: boolean;
}

export interface Passkey {
  readonly id: string;
  readonly key: KeyObject;
  userHandle: string;
  rpId: string;
  signCount: number;
}

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
const encoded = (data: string | Buffer) => Buffer.from(data as string).toString("base64url");

/**
 * An authenticator and its browser in software: real keys (P-256), real signatures, attestation "none".
 * @param origin of the page that asks
 */
export function createSoftwareAuthenticator(origin: string) {
  const passkeys: Passkey[] = [];

  function clientData(type: string, challenge: string, lies: Lies): Buffer {
    const { crossOrigin = false } = lies;
    return Buffer.from(
      JSON.stringify({ type, challenge: lies.challenge ?? challenge, origin: lies.origin ?? origin, crossOrigin }),
    );
  }

  /** Flags: user present, user verified, backup eligible and backed up, attested data. */
  function authenticatorData(rpId: string, signCount: number, lies: Lies, attested = Buffer.alloc(0)): Buffer {
    const flags = 0x01 | (lies.unverified ? 0 : 0x04) | 0x18 | (attested.length > 0 ? 0x40 : 0);
    const count = Buffer.alloc(4);
    count.writeUInt32BE(lies.signCount ?? signCount);
    return Buffer.concat([sha256(lies.rpId ?? rpId), Buffer.from([flags]), count, attested]);
  }

  return {
    passkeys,

    create(options: CreationOptions, lies: Lies = {}) {
      const rpId = options.rp.id ?? new URL(origin).hostname;
      if (options.excludeCredentials?.some(({ id }) => passkeys.some((passkey) => passkey.id === id))) {
        throw new Error("InvalidStateError: the authenticator has a passkey of this account already");
      }
      const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const { x = "", y = "" } = publicKey.export({ format: "jwk" });
      const id = randomBytes(32);
      const cose = map([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, "base64url")],
        [-3, Buffer.from(y, "base64url")],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const attested = Buffer.concat([Buffer.alloc(16), length, id, cose]);
      const authData = authenticatorData(rpId, 1, lies, attested);
      const passkey = { id: encoded(id), key: privateKey, userHandle: options.user.id, rpId, signCount: 1 };
      passkeys.push(passkey);
      const attestationObject = map([
        ["fmt", "none"],
        ["attStmt", map([])],
        ["authData", authData],
      ]);
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: "public-key" as const,
        response: {
          clientDataJSON: encoded(clientData("webauthn.create", options.challenge, lies)),
          attestationObject: encoded(attestationObject),
          transports: ["internal"],
        },
        clientExtensionResults: {},
        authenticatorAttachment: "platform" as const,
      };
    },

    /** With the newest passkey that is allowed here, unless one is named. */
    get(options: RequestOptions, lies: Lies = {}, chosen?: Passkey) {
      const allowed = options.allowCredentials ?? [];
      const fits = ({ id, rpId }: Passkey) =>
        rpId === options.rpId && (allowed.length === 0 || allowed.some((each) => each.id === id));
      const passkey = chosen ?? passkeys.findLast(fits);
      if (!passkey) throw new Error("NotAllowedError: the authenticator has no passkey for this");
      passkey.signCount++;
      const data = clientData("webauthn.get", options.challenge, lies);
      const authData = authenticatorData(passkey.rpId, passkey.signCount, lies);
      const signature = sign("sha256", Buffer.concat([authData, sha256(data)]), lies.key ?? passkey.key);
      return {
        id: passkey.id,
        rawId: passkey.id,
        type: "public-key" as const,
        response: {
          clientDataJSON: encoded(data),
          authenticatorData: encoded(authData),
          signature: encoded(signature),
          userHandle: lies.userHandle ?? passkey.userHandle,
        },
        clientExtensionResults: {},
        authenticatorAttachment: "platform" as const,
      };
    },
  };
}

export type SoftwareAuthenticator = ReturnType<typeof createSoftwareAuthenticator>;

/** A map in CBOR; a value that is such a map already stands as it is. */
function map(entries: [number | string, number | string | Buffer][]): Buffer {
  const parts = entries.flatMap(([key, value]) => [
    item(key),
    value instanceof Buffer && isMap(value) ? value : item(value),
  ]);
  return mark(Buffer.concat([head(5, entries.length), ...parts]));
}

const maps = new WeakSet<Buffer>();
const isMap = (value: Buffer) => maps.has(value);
function mark(value: Buffer): Buffer {
  maps.add(value);
  return value;
}

function item(value: number | string | Buffer): Buffer {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  const bytes = Buffer.from(value as string);
  return Buffer.concat([head(typeof value === "string" ? 3 : 2, bytes.length), bytes]);
}

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff]);
}
