import type { GaugeSeries, Traffic } from "@holdfast/contract";

const compact = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 });

export const formatCount = (value: number): string => compact.format(value);
export const formatShare = (value: number): string => percent.format(value);

/** Milliseconds as "4 ms", "0.8 s", "12 s". */
export function formatMs(ms: number): string {
  if (ms < 10) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
}

export function gauge(traffic: Traffic, name: string): GaugeSeries | undefined {
  return traffic.gauges.find((each) => each.name === name && each.node === null);
}

/** Of each process that has it. */
export function gaugesOf(traffic: Traffic, name: string): GaugeSeries[] {
  return traffic.gauges.filter((each) => each.name === name && each.node !== null);
}

export function lastOf(values: readonly (number | null)[] | undefined): number | null {
  return values?.findLast((value) => value !== null) ?? null;
}

export function highestOf(values: readonly (number | null)[]): number | null {
  return values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null);
}

export function sumOf(values: readonly (number | null)[] | undefined): number {
  return (values ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** A line at one height. */
export function levelAt(at: readonly string[], value: number): number[] {
  return at.map(() => value);
}
