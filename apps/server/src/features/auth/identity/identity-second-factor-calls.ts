import { ask, type Caller, type Grant, grantOf, type IdentityCalls, ours } from "./identity-calls.ts";

/** The second factors of Supabase Auth's contract. All calls throw ProblemError. */
export interface SecondFactorCalls {
  /** @returns what an authenticator app needs; `qrCode` is an SVG as a data: address */
  enrolTotp(
    accessToken: string,
    name: string,
    caller: Caller,
  ): Promise<{ id: string; secret: string; uri: string; qrCode: string }>;
  /** The session goes on with new tokens and counts as fully signed in; other sessions that did not show a factor end. */
  verifyTotp(accessToken: string, factorId: string, code: string, caller: Caller): Promise<Grant>;
  deleteFactor(userId: string, factorId: string): Promise<void>;
}

export function createSecondFactorCalls({ asUser, admin }: IdentityCalls): SecondFactorCalls {
  return {
    async enrolTotp(accessToken, name, caller) {
      const request = { factorType: "totp", friendlyName: name, issuer: "Holdfast" } as const;
      const { data } = await ask(asUser(accessToken, caller).mfa.enroll(request));
      const { secret, uri, qr_code } = data.totp;
      return { id: data.id, secret, uri, qrCode: encoded(qr_code) };
    },

    async verifyTotp(accessToken, factorId, code, caller) {
      const { data } = await ask(asUser(accessToken, caller).mfa.challengeAndVerify({ factorId, code }));
      return grantOf(data);
    },

    async deleteFactor(userId, factorId) {
      await ask(admin(ours).mfa.deleteFactor({ id: factorId, userId }));
    },
  };
}

/** The client puts the SVG behind the address as it is, where "#" and "%" would be read as something else. */
function encoded(address: string): string {
  const [, svg = ""] = /^data:image\/svg\+xml;utf-8,(.*)$/s.exec(address) ?? [];
  return svg === "" ? address : `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
