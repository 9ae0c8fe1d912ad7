import type { AlertChannelKind } from "@holdfast/contract";
import type { Severity } from "../../../../platform/monitoring/alerts.ts";
import { createSealing, type Sealing } from "../../../../platform/sealed-text.ts";
import type { ChannelRow } from "./channels.queries.ts";

/** What is sealed in a channel's row. */
export interface Address {
  readonly url: string;
  /** Of a webhook: what signs (`whsec_…`). */
  readonly secret?: string | undefined;
  /** What the service asks for: of ntfy, Matrix and Gotify. */
  readonly token?: string | undefined;
  /** Of Matrix. */
  readonly room?: string | undefined;
}

/** A channel with all that it takes to send something there. */
export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly kind: AlertChannelKind;
  readonly minSeverity: Severity;
  readonly sendResolved: boolean;
  /** Of mail. */
  readonly recipients: readonly string[];
  /** Of all others; null where it cannot be opened with the keys of this node. */
  readonly address: Address | null;
}

export function channelSealing(linkKey: string): Sealing {
  return createSealing(linkKey, "holdfast alert channel");
}

/** @param admins the addresses of administrators, to whom mail goes that names nobody */
export function toChannel(row: ChannelRow, sealing: Sealing, admins: readonly string[]): Channel {
  return {
    ...{ id: row.id, name: row.name, kind: row.kind, minSeverity: row.min_severity, sendResolved: row.send_resolved },
    recipients: row.kind === "mail" ? (row.recipients ?? admins) : [],
    address: openAddress(row.sealed, sealing),
  };
}

export function openAddress(sealed: Buffer | null, sealing: Sealing): Address | null {
  const text = sealed === null ? null : sealing.open(sealed);
  return text === null ? null : (JSON.parse(text) as Address);
}

const grades: readonly Severity[] = ["info", "warning", "critical"];

export function takes({ minSeverity }: Pick<Channel, "minSeverity">, severity: Severity): boolean {
  return grades.indexOf(severity) >= grades.indexOf(minSeverity);
}
