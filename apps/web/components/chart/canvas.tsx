"use client";

import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

export interface ChartSeries {
  readonly label: string;
  readonly tone: "first" | "second" | "third" | "danger" | "warning" | "muted";
  readonly values: readonly (number | null)[];
  readonly fill?: boolean;
  readonly dashed?: boolean;
}

export type CanvasProps = {
  at: readonly string[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  /** For what spans several powers of ten. */
  logarithmic?: boolean | undefined;
  /** Told which point the pointer is at; null: at none. */
  onPoint: (index: number | null) => void;
};

const variables: Record<ChartSeries["tone"], string> = {
  first: "--chart-1",
  second: "--chart-2",
  third: "--chart-3",
  danger: "--danger",
  warning: "--chart-4",
  muted: "--line-strong",
};

/** The lines themselves, which fill their place and follow its size and the theme. */
export function Canvas({ at, series, format, logarithmic, onPoint }: CanvasProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let plot: uPlot | null = null;
    const draw = () => {
      plot?.destroy();
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0) return;
      const data = [at.map((time) => Date.parse(time) / 1000), ...series.map(({ values }) => [...values])];
      plot = new uPlot(
        optionsOf(element, { series, format, logarithmic, onPoint, width, height }),
        data as uPlot.AlignedData,
        element,
      );
    };
    draw();
    const sizes = new ResizeObserver(() => {
      if (plot?.width !== element.clientWidth) draw();
    });
    sizes.observe(element);
    const themes = new MutationObserver(draw);
    themes.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", draw);
    return () => {
      sizes.disconnect();
      themes.disconnect();
      system.removeEventListener("change", draw);
      plot?.destroy();
    };
  }, [at, series, format, logarithmic, onPoint]);
  return <div ref={place} className="size-full" />;
}

type Drawn = Omit<CanvasProps, "at"> & { width: number; height: number };

function optionsOf(
  element: HTMLElement,
  { series, format, logarithmic, onPoint, width, height }: Drawn,
): uPlot.Options {
  const color = colorsOf(element);
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = {
    ...{ font, stroke: color("--ink-muted"), gap: 6 },
    grid: { stroke: color("--line"), width: 1 },
    ticks: { show: false },
  };
  return {
    ...{ width, height, padding: [8, 4, 0, 0] },
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 6 } },
    scales: {
      y: logarithmic
        ? { distr: 3, range: powersAround }
        : { range: (_plot, _least, highest) => [0, niceAbove(highest)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 26, space: 64, values: (_plot, times) => timesOf(times) },
      {
        ...axis,
        grid: logarithmic ? { ...axis.grid, filter: powersAmong } : axis.grid,
        size: 64,
        space: 34,
        values: (_plot, values) => values.map((value) => (value === null ? "" : format(value))),
      },
    ],
    series: [
      {},
      ...series.map(({ label, tone, fill, dashed }) => ({
        ...{ label, stroke: color(variables[tone]), width: 1.5, points: { show: false } },
        ...(fill ? { fill: color(variables[tone], 14) } : {}),
        ...(dashed ? { dash: [4, 4], width: 1 } : {}),
      })),
    ],
    hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
  };
}

/** A canvas knows no variables of the page: they are asked for on an element. */
function colorsOf(element: HTMLElement): (variable: string, percent?: number) => string {
  return (variable, percent = 100) => {
    // With reduced motion everything has a transition, if a short one.
    element.style.transitionProperty = "none";
    element.style.color = `color-mix(in oklab, var(${variable}) ${percent}%, transparent)`;
    const { color } = getComputedStyle(element);
    element.style.color = "";
    return color;
  };
}

function powersAround(_plot: uPlot, least: number | null, highest: number | null): [number, number] {
  const from = 10 ** Math.floor(Math.log10(least !== null && least > 0 ? least : 1));
  const to = 10 ** Math.ceil(Math.log10(highest !== null && highest > 0 ? highest : 10));
  return [from, Math.max(to, from * 10)];
}

/** Lines at whole powers of ten alone. */
function powersAmong(_plot: uPlot, splits: number[]): (number | null)[] {
  return splits.map((split) => (Number.isInteger(Math.round(Math.log10(split) * 1e6) / 1e6) ? split : null));
}

function niceAbove(highest: number | null): number {
  if (highest === null || !(highest > 0)) return 1;
  return highest * 1.1;
}

const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Days where midnight is among the marks of whole days, else times, with the day at midnight. */
function timesOf(times: readonly number[]): string[] {
  const whole = times.length > 1 && (times[1] as number) - (times[0] as number) >= 86_400;
  return times.map((time) => {
    const date = new Date(time * 1000);
    const midnight = date.getHours() === 0 && date.getMinutes() === 0;
    return whole || midnight ? day.format(date) : clock.format(date);
  });
}
