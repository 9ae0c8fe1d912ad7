import { type AlertKind, pages } from "./kind.ts";

export const databaseKinds: readonly AlertKind[] = [
  {
    kind: "database.away",
    name: "The database does not answer",
    severity: "critical",
    why: "Nobody can use the server until it is back. What was saved before is not lost.",
    remedy:
      "Start PostgreSQL again, or look at its log for why it stopped. Holdfast continues by itself when it answers.",
    page: pages.database,
  },
  {
    kind: "database.connections",
    name: "Database connections are running out",
    severity: "warning",
    why: "When none is left, requests wait and then fail.",
    remedy: "Raise max_connections of PostgreSQL, lower HOLDFAST_DATABASE_CONNECTIONS, or end what holds them.",
    page: pages.database,
    threshold: { label: "Connections in use", unit: "percent", usual: 85, min: 50, max: 99 },
  },
  {
    kind: "database.transaction",
    name: "A transaction is open for long",
    severity: "warning",
    why: "Until it ends, PostgreSQL cannot clean up behind it: tables grow and become slower.",
    remedy: "Find out what holds it open. If it is a program that hangs, end it.",
    page: pages.database,
    threshold: { label: "Hours that a transaction is open", unit: "hours", usual: 12, min: 1, max: 168 },
  },
  {
    kind: "database.wraparound",
    name: "Transaction numbers are running out",
    severity: "warning",
    why: "At 2,000 million PostgreSQL stops accepting changes. Its vacuum normally keeps the number far below.",
    remedy:
      "Check that autovacuum is on and that no transaction or replication slot holds it up, then run VACUUM in the database.",
    page: pages.database,
    threshold: { label: "Age of the oldest transaction number", unit: "millions", usual: 1000, min: 250, max: 1900 },
  },
];
