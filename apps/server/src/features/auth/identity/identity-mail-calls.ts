import { ask, type Caller, type Grant, grantOf, type IdentityCalls, ours } from "./identity-calls.ts";

/** What a mailed link is for, as the contract names it. */
export type LinkType = "recovery" | "invite" | "signup" | "email_change";

/** What of Supabase Auth's contract goes by mail. All calls throw ProblemError. */
export interface MailCalls {
  /** Sends the mail where there is such an account, and says nothing of it. `page` is where a link leads to that knows no other place. */
  sendRecovery(email: string, page: string, caller: Caller): Promise<void>;
  /** The mail that confirms a new account, once more; for nobody else, and without a word of it. */
  resendConfirmation(email: string, page: string, caller: Caller): Promise<void>;
  sendInvitation(email: string, page: string): Promise<string>;
  /** What the mail would have carried, for an administrator to hand over. */
  makeInvitation(email: string): Promise<{ userId: string; tokenHash: string }>;
  /** @returns a session; null for the first half of a change of address */
  redeemLink(tokenHash: string, type: LinkType, caller: Caller): Promise<Grant | null>;
  /** @returns the address that the account has now; the asked one only where no mail is needed */
  changeEmail(accessToken: string, email: string, page: string, caller: Caller): Promise<string>;
}

export function createMailCalls({ client, asUser, admin }: IdentityCalls): MailCalls {
  return {
    async sendRecovery(email, page, caller) {
      await ask(client(caller).resetPasswordForEmail(email, { redirectTo: page }));
    },

    async resendConfirmation(email, page, caller) {
      await ask(client(caller).resend({ type: "signup", email, options: { emailRedirectTo: page } }));
    },

    async sendInvitation(email, page) {
      const { data } = await ask(admin(ours).inviteUserByEmail(email, { redirectTo: page }));
      return data.user.id;
    },

    async makeInvitation(email) {
      const { data } = await ask(admin(ours).generateLink({ type: "invite", email }));
      return { userId: data.user.id, tokenHash: data.properties.hashed_token };
    },

    async redeemLink(tokenHash, type, caller) {
      const { data } = await ask(client(caller).verifyOtp({ token_hash: tokenHash, type }));
      return data.session ? grantOf(data.session) : null;
    },

    async changeEmail(accessToken, email, page, caller) {
      const { data } = await ask(asUser(accessToken, caller).updateUser({ email }, { emailRedirectTo: page }));
      return data.user.email ?? "";
    },
  };
}
