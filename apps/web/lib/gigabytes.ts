const gigabyte = 1_000_000_000;

/** A size as people write it, in GB; empty for none. Undefined for what is not a number. */
export function bytesOfGigabytes(text: string): number | null | undefined {
  const clean = text.trim().replace(",", ".");
  if (!clean) return null;
  const value = Number(clean);
  return Number.isFinite(value) && value >= 0 ? Math.round(value * gigabyte) : undefined;
}

export function gigabytesOf(bytes: number | null): string {
  return bytes === null ? "" : String(Math.round((bytes / gigabyte) * 1000) / 1000);
}
