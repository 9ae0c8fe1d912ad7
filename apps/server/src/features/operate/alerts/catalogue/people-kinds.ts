import { type AlertKind, pages } from "./kind.ts";

export const peopleKinds: readonly AlertKind[] = [
  {
    kind: "signin.unavailable",
    name: "Sign-in is in trouble",
    severity: "critical",
    why: "People who are not signed in cannot sign in, and sessions may not be renewed.",
    remedy: "Check that Supabase answers, and that the keys in the settings are those of its project.",
    page: pages.health,
  },
  {
    kind: "mail.unavailable",
    name: "Mail cannot be sent",
    severity: "warning",
    why: "Nobody can recover a password or get an invitation, and notices and alerts by email do not arrive.",
    remedy: "Check SMTP_URL: the address, the port, and the user and password that the mail server expects.",
    page: pages.channels,
  },
  {
    kind: "channel.failing",
    name: "A channel does not take alerts",
    severity: "warning",
    why: "Alerts that are sent there do not arrive.",
    remedy: "Open the channel, correct its address or token, and send a test message.",
    page: pages.channels,
  },
  {
    kind: "quota.nearly_full",
    name: "Quotas are nearly used up",
    severity: "info",
    why: "Uploads of these people will soon be refused. They see it themselves beside their files.",
    remedy: "Give them more, or ask them to empty their trash. Nothing has to be done at once.",
    page: pages.users,
    threshold: { label: "Used of the quota", unit: "percent", usual: 95, min: 50, max: 100 },
  },
];
