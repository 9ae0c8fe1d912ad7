import type { Mailer } from "@holdfast/identity";
import type { Logger } from "pino";
import type { Clock } from "../../../platform/clock.ts";
import type { Database } from "../../../platform/database/database.ts";
import type { Events } from "../../../platform/events/events.ts";
import type { Room } from "../../../platform/storage/room.ts";
import type { Traffic } from "./sensors/traffic.ts";

export interface SiteAddress {
  /** Origin without a trailing slash: what links in messages begin with. */
  current(): string;
  read(): Promise<void>;
}

export interface AlertsOptions {
  readonly db: Database;
  /** Commits without waiting for the disk. */
  readonly relaxed: Database;
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Logger;
  readonly room: Room;
  /** Of this installation; channels' secrets are sealed with it. */
  readonly linkKey: string;
  readonly dataDir: string;
  readonly port: number;
  /** Seconds between two looks. */
  readonly interval: number;
  readonly certFile: string | null;
  readonly mailer: Mailer | null;
  readonly site: SiteAddress;
  /** What is wrong with the Supabase that signs people in, a sentence each; null: none is used. */
  readonly signIn: (() => Promise<readonly string[]>) | null;
  /** Writes, reads and deletes a probe in the file store. @throws Error with a sentence */
  readonly tryStore: () => Promise<unknown>;
  /** Backup targets in folders of this machine that are not there: of each a sentence. For processes that make backups. */
  readonly targetsAway: () => Promise<readonly TargetState[]>;
  /** Names of jobs that run again by the clock. */
  readonly repeatedJobs: readonly string[];
}

export interface TargetState {
  readonly id: string;
  readonly name: string;
  /** Why it cannot be used; null: it is there. */
  readonly away: string | null;
}

export interface AlertsDeps extends AlertsOptions {
  /** What this process has answered lately. */
  readonly traffic: Traffic;
}
