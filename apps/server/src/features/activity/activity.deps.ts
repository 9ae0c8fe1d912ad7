import type { Mailer } from "@holdfast/identity";
import type { Logger } from "pino";
import type { Database } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { FairShare } from "../../platform/http/clients/fair-share.ts";
import type { Jobs } from "../../platform/jobs/job.ts";

export interface ActivityDeps {
  readonly db: Database;
  readonly events: Events;
  readonly log: Logger;
  readonly jobs: Jobs;
  /** What may take the database long is asked within it. */
  readonly longQuestions: FairShare;
  /** Null: this server sends no email. */
  readonly mailer: Mailer | null;
  /** Where people find this server: what links in emails begin with. */
  readonly site: { current(): string; read(): Promise<void> };
  /** Of this installation: what turns a digest off is signed with it. */
  readonly linkKey: Buffer;
}
