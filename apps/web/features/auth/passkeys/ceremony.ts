/** WebAuthn in the browser's own JSON form, which every current browser has: nothing is loaded for it. */

type Json = Record<string, unknown>;

/** Why there are no passkeys here. A host that is a number has none, and neither has a page that came unencrypted. */
export type Obstacle = "insecure" | "address" | "browser";

export function obstacle(): Obstacle | null {
  if (typeof window === "undefined") return null;
  if (!window.isSecureContext) return "insecure";
  if (/^[\d.]+$|^\[/.test(window.location.hostname)) return "address";
  const known = typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;
  return known ? null : "browser";
}

/** Has the browser make a passkey. */
export async function createPasskey(options: Json): Promise<Json> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as unknown as PublicKeyCredentialCreationOptionsJSON,
  );
  return toJson(await navigator.credentials.create({ publicKey }));
}

/** Has the browser use one. `quietly`: only if the person picks it where the email is filled in. */
export async function getPasskey(
  options: Json,
  { quietly = false, signal }: { quietly?: boolean; signal?: AbortSignal } = {},
): Promise<Json> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const mediation = quietly ? { mediation: "conditional" as const } : {};
  return toJson(await navigator.credentials.get({ publicKey, ...mediation, ...(signal && { signal }) }));
}

function toJson(credential: Credential | null): Json {
  if (!(credential instanceof PublicKeyCredential)) throw new DOMException("No passkey was chosen.", "NotAllowedError");
  return { ...credential.toJSON() };
}

/** Whether a passkey can be offered where the email is filled in. */
export async function canOfferQuietly(): Promise<boolean> {
  return (await PublicKeyCredential.isConditionalMediationAvailable?.()) ?? false;
}

const kinds: Record<string, string> = {
  NotAllowedError: "cancelled",
  InvalidStateError: "exists",
  SecurityError: "address",
  NotSupportedError: "device",
  ConstraintError: "device",
};

/** The name of the sentence for what a browser refused; null for what it did not refuse itself. */
export function refusalOf(error: unknown): string | null {
  return error instanceof DOMException ? (kinds[error.name] ?? "device") : null;
}
