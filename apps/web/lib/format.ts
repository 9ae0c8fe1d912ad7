const units = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in decimal units as disks and browsers count them: "0 B", "812 KB", "1.4 GB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayThisYear = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

/** Short, for columns: the time today, the day this year, else with the year. */
export function formatWhen(iso: string, now = new Date()): string {
  const date = new Date(iso);
  if (date.toDateString() === now.toDateString()) return clock.format(date);
  return (date.getFullYear() === now.getFullYear() ? dayThisYear : day).format(date);
}

export function formatDay(iso: string): string {
  return day.format(new Date(iso));
}

export function formatFull(iso: string): string {
  return full.format(new Date(iso));
}

/** "30 November 2026 at 09:05 – 09:12"; one moment where both fall into the same minute. */
export function formatRange(from: string, to: string): string {
  return full.formatRange(new Date(from), new Date(to));
}

/** Seconds as "12 s", "3 min", "1 h 20 min". */
export function formatDuration(seconds: number): string {
  const rounded = Math.max(1, Math.round(seconds));
  if (rounded < 60) return `${rounded} s`;
  const minutes = Math.round(rounded / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
}

/** The part of a name before its ending; a leading dot is not an ending, and ".tar.gz" is one. */
export function stemLength(name: string): number {
  const ending = /(\.tar)?\.[^.]{1,12}$/i.exec(name);
  return ending && ending.index > 0 ? ending.index : name.length;
}
