const stampFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});
const runFormat = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** A backup's name among people: its instant in the reader's time zone, "22 Nov 2026, 15:30". */
export function formatStamp(iso: string): string {
  return stampFormat.format(new Date(iso));
}

/** A run to come, "Mon 23 Nov, 03:00". */
export function formatRun(iso: string): string {
  return runFormat.format(new Date(iso));
}

/** The reader's IANA time zone. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** Seconds between two instants; null while one is missing. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  return from && to ? Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000) : null;
}
