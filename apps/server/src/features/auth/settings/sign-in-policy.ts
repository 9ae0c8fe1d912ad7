import type { SecondFactorPolicy, SignupPolicy } from "@holdfast/contract";
import { type Database, execute, type Tx } from "../../../platform/database/database.ts";

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
      const rows = await execute<{ key: string; value: string }>(
        db,
        "select key, value from holdfast.settings where key = any($1)",
        [Object.values(names)],
      );
      const found = new Map(rows.map(({ key, value }) => [key, value]));
      last = {
        signup: (found.get(names.signup) as SignupPolicy | undefined) ?? signup,
        secondFactor: (found.get(names.secondFactor) as SecondFactorPolicy | undefined) ?? "nobody",
      };
      return last;
    },
    async change(tx, change) {
      for (const field of ["signup", "secondFactor"] as const) {
        if (change[field] === undefined) continue;
        await execute(
          tx,
          `insert into holdfast.settings (key, value) values ($1, to_jsonb($2::text))
           on conflict (key) do update set value = excluded.value, updated_at = now()`,
          [names[field], change[field]],
        );
      }
    },
  };
}

/** To the identity service, sign-up with approval is open: the account is there, and no door of ours opens to it. */
export function openness(signup: SignupPolicy): "closed" | "invite" | "open" {
  return signup === "approval" ? "open" : signup;
}
