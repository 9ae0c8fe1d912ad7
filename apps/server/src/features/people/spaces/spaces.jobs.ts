import { teamGraceDays } from "@holdfast/contract";
import { z } from "zod";
import { audit } from "../../../platform/audit/audit.ts";
import type { Database } from "../../../platform/database/database.ts";
import { defineJob, handleJob, type JobHandler } from "../../../platform/jobs/job.ts";
import { purgeSpace } from "../../files/index.ts";
import * as queries from "./spaces.queries.ts";

/** Removes deleted teams whose grace is over, with all that is in them. What the bytes were in is swept later. */
export const removeTeamsJob = defineJob({
  name: "people.remove-teams",
  changesData: true,
  payload: z.object({}),
  cron: "47 3 * * *",
  expireInSeconds: 3600,
});

const system = { actorId: null, ip: null, requestId: null };

export function teamsJobs({ db }: { db: Database }): JobHandler[] {
  return [
    handleJob(removeTeamsJob, async (_payload, context) => {
      for (const { id, name } of await queries.listOverdue.all(db, teamGraceDays)) {
        context.signal.throwIfAborted();
        // In batches: a statement over millions of rows would hold all of their checks in memory.
        await purgeSpace({ db }, id, context);
        await db.transaction(async (tx) => {
          if (!(await queries.claimOverdue.first(tx, id, teamGraceDays))) return;
          await queries.deleteTeamUploads.count(tx, id);
          await queries.deleteTeamFiles.count(tx, id);
          await queries.deleteTeamRow.count(tx, id);
          await audit(tx, system, { action: "team.remove", targetId: id, targetName: name });
        });
        context.log.info({ spaceId: id }, "a deleted team was removed");
      }
    }),
  ];
}
