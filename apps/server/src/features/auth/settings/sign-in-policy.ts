import type { SecondFactorPolicy, SignupPolicy } from "@holdfast/contract";
import type { Database, Tx } from "../../../platform/database/database.ts";
import { findSettings, saveSetting } from "./settings.queries.ts";

export interface Policy {
  readonly signup: SignupPolicy;
  readonly secondFactor: SecondFactorPolicy;
}

/** Who may make an account and who needs a second factor: as an administrator has set it, else as the settings of the start say. */
export interface SignInPolicy {
  read(): Promise<Policy>;
  /** As it was last read. */
  last(): Policy;
  change(
    tx: Tx,
    change: { signup?: SignupPolicy | undefined; secondFactor?: SecondFactorPolicy | undefined },
  ): Promise<void>;
}

/** Names in `holdfast.settings`; the triggers of the migration know them too. */
const names = { signup: "signup", secondFactor: "second-factor" } as const;

export function createSignInPolicy(db: Database, signup: "closed" | "invite" | "open"): SignInPolicy {
  let last: Policy = { signup, secondFactor: "nobody" };
  return {
    last: () => last,
    async read() {
      const rows = await findSettings.all(db, Object.values(names));
      const found = new Map(rows.map(({ key, value }) => [key, value]));
      last = {
        signup: (found.get(names.signup) as SignupPolicy | undefined) ?? signup,
        secondFactor: (found.get(names.secondFactor) as SecondFactorPolicy | undefined) ?? "nobody",
      };
      return last;
    },
    async change(tx, change) {
      for (const field of ["signup", "secondFactor"] as const) {
        const value = change[field];
        if (value !== undefined) await saveSetting.all(tx, names[field], value);
      }
    },
  };
}

/** To the identity service, sign-up with approval is open: the account is there, and nothing of ours is open to it. */
export function openness(signup: SignupPolicy): "closed" | "invite" | "open" {
  return signup === "approval" ? "open" : signup;
}
