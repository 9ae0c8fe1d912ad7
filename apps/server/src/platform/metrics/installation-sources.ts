import { statfs } from "node:fs/promises";
import type { Queryable } from "../database/database.ts";
import { countBySeverity } from "../monitoring/open-alerts.queries.ts";
import type { Readiness } from "../monitoring/readiness.ts";
import type { Source } from "./gather.ts";

export interface InstallationOptions {
  readonly db: Queryable;
  readiness(): Promise<Readiness>;
  /** Folders whose disks are looked at, by what is in them. */
  readonly disks: Readonly<Record<string, string>>;
  /** Until when the certificate is good that is served; null: TLS is somebody else's. */
  certificateEnds(): Date | null;
}

/** What an administrator looks at first: is it well, is there room, does the certificate last. */
export function installationSources({ db, readiness, disks, certificateEnds }: InstallationOptions): Source[] {
  return [
    {
      name: "readiness",
      freshMs: 2_000,
      metrics: [
        { name: "holdfast_ready", help: "Whether requests can be served: 1 or 0." },
        { name: "holdfast_uploads_accepted", help: "Whether uploads are accepted: 0 while a disk is almost full." },
        { name: "holdfast_check_ok", help: "The checks of /readyz: 1 or 0.", labels: ["check"] },
      ],
      async ask() {
        const { status, uploads, checks } = await readiness();
        return [
          ["holdfast_ready", status === "ready" ? 1 : 0],
          ["holdfast_uploads_accepted", uploads === "accepted" ? 1 : 0],
          ...checks.map(({ name, ok }) => ["holdfast_check_ok", ok ? 1 : 0, { check: name }] as const),
        ];
      },
    },
    {
      name: "alerts",
      freshMs: 5_000,
      metrics: [{ name: "holdfast_alerts_open", help: "Open alerts, by severity.", labels: ["severity"] }],
      async ask() {
        const rows = await countBySeverity.all(db);
        return rows.map(({ severity, open }) => ["holdfast_alerts_open", open, { severity }] as const);
      },
    },
    {
      name: "disks",
      freshMs: 2_000,
      metrics: [
        { name: "holdfast_disk_free_bytes", help: "Bytes that are free on the disk of a folder.", labels: ["disk"] },
        { name: "holdfast_disk_size_bytes", help: "The size of that disk.", labels: ["disk"] },
      ],
      async ask() {
        const found = await Promise.all(
          Object.entries(disks).map(async ([disk, folder]) => ({ disk, ...(await statfs(folder)) })),
        );
        return found.flatMap(({ disk, bavail, blocks, bsize }) => [
          ["holdfast_disk_free_bytes", bavail * bsize, { disk }] as const,
          ["holdfast_disk_size_bytes", blocks * bsize, { disk }] as const,
        ]);
      },
    },
    {
      name: "certificate",
      freshMs: 2_000,
      metrics: [
        { name: "holdfast_certificate_expiry_timestamp_seconds", help: "When the certificate that is served ends." },
      ],
      async ask() {
        const ends = certificateEnds();
        return [["holdfast_certificate_expiry_timestamp_seconds", ends === null ? null : ends.getTime() / 1000]];
      },
    },
  ];
}
