"use client";

import type { Space } from "@holdfast/contract";
import { listSpaceMembers, restoreSpace, updateSpace } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call, problemOf } from "@/lib/api";
import { bytesOfGigabytes, gigabytesOf } from "@/lib/gigabytes";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";
import { GranteeLine, PersonPicker } from "../members/person-picker";
import { DeleteTeamDialog } from "./team-settings";

/** A team's quota and members, for administrators; null: closed. */
export function AdminTeamDialog({ team, onClose }: { team: Space | null; onClose: () => void }) {
  return (
    <Dialog open={team !== null} onOpenChange={(open) => !open && onClose()} title={team?.name ?? ""}>
      {team && <AdminTeam key={team.id} team={team} onClose={onClose} />}
    </Dialog>
  );
}

function AdminTeam({ team, onClose }: { team: Space; onClose: () => void }) {
  const t = useTranslations("teams");
  const client = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const changed = () => client.invalidateQueries({ queryKey: peopleKeys.all });
  const params = { id: team.id };
  const { busy, problem, onSubmit, setProblem } = useSubmit(async (data) => {
    const quotaBytes = bytesOfGigabytes(String(data.get("quota")));
    if (quotaBytes === undefined) throw new Error(t("admin.quotaInvalid"));
    await call(updateSpace, { params, body: { quotaBytes } });
    toast.success(t("saved"));
    await changed();
    onClose();
  });
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      toast.success(done);
      await changed();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  if (team.deletedAt) {
    return (
      <div className="flex flex-col gap-4">
        <FormProblem problem={problem} />
        <Button
          variant="primary"
          onClick={() => void attempt(() => call(restoreSpace, { params }), t("restored", { name: team.name }))}
        >
          {t("restore")}
        </Button>
      </div>
    );
  }
  return (
    <>
      <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <Field
          label={t("admin.quota")}
          name="quota"
          inputMode="decimal"
          defaultValue={gigabytesOf(team.quotaBytes)}
          placeholder={t("admin.noQuota")}
        />
        <FormProblem problem={problem} />
        <div className="flex flex-wrap gap-2">
          <Button type="submit" variant="primary" busy={busy}>
            {t("save")}
          </Button>
          <Button variant="danger-ghost" className="ml-auto" onClick={() => setDeleting(true)}>
            {t("deleteAction")}
          </Button>
        </div>
      </form>
      <section aria-label={t("admin.members")} className="mt-5 border-t pt-4">
        <h3 className="mb-2 font-semibold">{t("admin.members")}</h3>
        {!team.hasManager && (
          <div className="mb-3">
            <p className="mb-2 text-ink-muted text-sm">{t("admin.giveManagerBody")}</p>
            <PersonPicker
              label={t("admin.giveManager")}
              onlyPeople
              onPick={({ id: managerId, name }) =>
                void attempt(() => call(updateSpace, { params, body: { managerId } }), t("admin.given", { name }))
              }
            />
          </div>
        )}
        <MemberLines team={team} />
      </section>
      {/* Beside the form: what is typed in it is none of the form's. */}
      <DeleteTeamDialog team={team} open={deleting} onClose={() => setDeleting(false)} />
    </>
  );
}

function MemberLines({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const { data, error } = useQuery({
    queryKey: [...peopleKeys.members(team.id), "names"],
    queryFn: () => call(listSpaceMembers, { params: { id: team.id }, query: { limit: 500 } }),
  });
  if (error) return <p className="text-danger text-sm">{problemOf(error).message}</p>;
  return (
    <ul className="divide-y rounded-xl border empty:hidden">
      {data?.items.map((member) => (
        <li key={member.id} className="flex items-center gap-3 px-3 py-2">
          <GranteeLine name={member.name} email={member.email} group={member.type === "group"} />
          <span className="text-ink-muted text-sm">{t(`roleName.${member.role}`)}</span>
        </li>
      ))}
    </ul>
  );
}
