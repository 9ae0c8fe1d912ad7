import type { Severity } from "../../../../platform/monitoring/alerts.ts";
import { kindOf } from "../catalogue/catalogue.ts";

/** What a channel is told. */
export interface Message {
  /** The same for each attempt, so that a receiver knows what it has. */
  readonly id: string;
  readonly event: "opened" | "resolved" | "test";
  readonly alert: MessageAlert;
  /** The page on which to do something, as a whole address. */
  readonly url: string;
  readonly why: string;
  readonly remedy: string;
  readonly pageLabel: string;
}

export interface MessageAlert {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly severity: Severity;
  readonly title: string;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
}

export function messageOf(id: string, event: "opened" | "resolved", alert: MessageAlert, siteUrl: string): Message {
  const { why, remedy, page } = kindOf(alert.kind);
  return { id, event, alert, url: `${siteUrl}${page.path}`, why, remedy, pageLabel: page.label };
}

export function testMessage(id: string, at: Date, siteUrl: string): Message {
  return {
    ...{ id, event: "test", url: `${siteUrl}/admin/alerts`, pageLabel: "Open alerts" },
    alert: {
      ...{ id, kind: "test", subject: "test", severity: "info", openedAt: at, resolvedAt: null },
      title: "This is a test: alerts of Holdfast arrive here.",
    },
    why: "An administrator has pressed Test.",
    remedy: "There is nothing to do.",
  };
}

/** `Critical: …`, `Resolved: …`; at most so many characters, for services that take no more. */
export function headline({ event, alert: { severity, title } }: Message, most = 250): string {
  const word = event === "opened" ? { info: "Note", warning: "Warning", critical: "Critical" }[severity] : undefined;
  const text = `${word ?? (event === "test" ? "Test" : "Resolved")}: ${title}`;
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Since when, why it matters and what to do, a line each. */
export function details({ event, alert: { openedAt, resolvedAt }, why, remedy }: Message): string[] {
  const opened = stamp(openedAt);
  if (event === "resolved") return [`It began on ${opened} and was over on ${stamp(resolvedAt ?? openedAt)}.`];
  if (event === "test") return [why, remedy];
  const over = resolvedAt === null ? [] : [`It was over on ${stamp(resolvedAt)}.`];
  return [`Since ${opened}.`, ...over, why, `What to do: ${remedy}`];
}

/** UTC, because nobody knows where it is read. */
function stamp(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
