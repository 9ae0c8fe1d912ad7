import type { Alert } from "../../../platform/monitoring/alerts.ts";

/** What an administrator can do about it, beside looking: buttons of the page. */
export type AlertAction =
  | { kind: "end-sessions"; userId: string }
  | { kind: "lock"; userId: string }
  | { kind: "rewind"; userId: string; to: string };

/** What a rule has found. */
export interface Finding extends Alert {
  kind: `suspicious.${string}`;
  /** When it began, and when the last of it happened. What happened before an alert of it was dealt with raises none. */
  began: Date;
  last: Date;
  actions: readonly AlertAction[];
  /** Whose account it is about: they get a mail. */
  userId?: string;
}

/** Looks at what happened lately. Cheap enough for every few seconds. */
export type Rule = (now: Date) => Promise<Finding[]>;

/** For a finding about one account. */
export function accountActions(userId: string): AlertAction[] {
  return [
    { kind: "end-sessions", userId },
    { kind: "lock", userId },
  ];
}
