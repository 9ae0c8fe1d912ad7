import { type AlertKind, pages } from "./kind.ts";

const stolen = "Somebody may be using an account that is not theirs.";
const askFirst = "Ask the user. If it was not them, end the sessions and set a new password, or lock the account.";

/** Of the rules in `features/operate/suspicious`. */
export const suspiciousKinds: readonly AlertKind[] = [
  {
    kind: "suspicious.mass-change",
    name: "Files are encrypted or changed in large numbers",
    severity: "critical",
    why: "A program on the user's device may be encrypting their files. Every minute it reaches more of them.",
    remedy: "End the sessions, disconnect the device and clean it. Then rewind the files to before it began.",
    page: pages.users,
  },
  {
    kind: "suspicious.password-guessing",
    name: "Passwords are being guessed",
    severity: "warning",
    why: "Somebody attempts passwords of many accounts, or many passwords of one.",
    remedy:
      "Nothing is urgent: sign-in slows them down. Require second factors, and block the addresses at the firewall.",
    page: pages.settings,
  },
  {
    kind: "suspicious.success-after-failures",
    name: "A sign-in after many wrong passwords",
    severity: "critical",
    why: "A password may have been guessed.",
    remedy: askFirst,
    page: pages.users,
  },
  {
    kind: "suspicious.new-place",
    name: "A sign-in from a network and device never seen",
    severity: "warning",
    why: stolen,
    remedy: askFirst,
    page: pages.users,
  },
  {
    kind: "suspicious.token-network",
    name: "An access token is used from a new network",
    severity: "warning",
    why: "A token may have been copied from the program that it was made for.",
    remedy:
      "Ask its user. If the program has not moved, they revoke the token under their account, or you end their sessions and tokens.",
    page: pages.users,
  },
  {
    kind: "suspicious.many-downloads",
    name: "Many more downloads than usual",
    severity: "warning",
    why: "Somebody may be copying everything that the account can read.",
    remedy: askFirst,
    page: pages.accessLog,
  },
  {
    kind: "suspicious.link-guessing",
    name: "A link's password is being guessed",
    severity: "warning",
    why: "Who guesses it sees what the link leads to.",
    remedy: "Have its maker revoke the link, or give it a longer password.",
    page: pages.accessLog,
  },
  {
    kind: "suspicious.admin-made",
    name: "An administrator was made",
    severity: "warning",
    why: "An administrator can do everything here, and read what everyone did.",
    remedy: "Ask who did it. If nobody knows, end the sessions of both accounts and take the role away.",
    page: pages.users,
  },
  {
    kind: "suspicious.two-factor-removed",
    name: "A second factor was removed",
    severity: "warning",
    why: "From now on the password alone opens the account.",
    remedy: "Ask the user. If it was not them, lock the account and set a new password.",
    page: pages.users,
  },
  {
    kind: "suspicious.backups-reduced",
    name: "Backups are kept for a shorter time, or made less often",
    severity: "warning",
    why: "Who wants to do damage removes the way back first.",
    remedy: "Ask who did it, and put the schedule back.",
    page: pages.backups,
  },
  {
    kind: "suspicious.backups-deleted",
    name: "Backups were deleted",
    severity: "critical",
    why: "Who wants to do damage removes the way back first.",
    remedy: "Ask who did it. If nobody knows, end the sessions of the account, and make a backup to another place now.",
    page: pages.backups,
  },
  {
    kind: "suspicious.*",
    name: "Suspicious activity",
    severity: "warning",
    why: stolen,
    remedy: "Look at what was done and from where. If it was not the person, end the sessions and lock the account.",
    page: pages.users,
  },
];
