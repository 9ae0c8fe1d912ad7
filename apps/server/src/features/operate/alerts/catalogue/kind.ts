import type { AlertRule } from "@holdfast/contract";
import type { Severity } from "../../../../platform/monitoring/alerts.ts";

export interface Threshold {
  /** What the number is, for people. */
  readonly label: string;
  readonly unit: NonNullable<AlertRule["threshold"]>["unit"];
  readonly usual: number;
  readonly min: number;
  readonly max: number;
}

/** What is known of a kind of alert besides its title, which is about the one that was met. */
export interface AlertKind {
  /** `noun.state`; one that ends with `.*` speaks for all that begin so and are not listed themselves. */
  readonly kind: string;
  /** For the list of rules. */
  readonly name: string;
  /** The usual one; an alert brings its own. */
  readonly severity: Severity;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** What to do. */
  readonly remedy: string;
  /** Where to do it. */
  readonly page: Page;
  readonly threshold?: Threshold;
}

export interface Page {
  readonly path: string;
  readonly label: string;
}

/** Pages of administrators that alerts lead to. */
export const pages = {
  alerts: { path: "/admin/alerts", label: "Open alerts" },
  channels: { path: "/admin/alerts?tab=channels", label: "Open channels" },
  backups: { path: "/admin/backups", label: "Open server backups" },
  targets: { path: "/admin/backups#targets", label: "Open backup targets" },
  jobs: { path: "/admin/jobs", label: "Open jobs" },
  users: { path: "/admin/users", label: "Open users" },
  storage: { path: "/admin/storage", label: "Open storage" },
  database: { path: "/admin/database", label: "Open database" },
  health: { path: "/admin/health", label: "Open health" },
  logs: { path: "/admin/logs", label: "Open logs" },
  accessLog: { path: "/admin/access-log", label: "Open access log" },
  overview: { path: "/admin", label: "Open overview" },
  nodes: { path: "/admin/nodes", label: "Open nodes" },
  settings: { path: "/admin/settings", label: "Open settings" },
} as const satisfies Record<string, Page>;
