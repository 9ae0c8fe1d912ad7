const units = ["bytes", "KB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in decimal units, as the pages show them: "812 bytes", "4.1 MB". */
export function humanBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${units[unit]}`;
}
