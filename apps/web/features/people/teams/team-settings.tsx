"use client";

import type { Space } from "@holdfast/contract";
import { deleteSpace, updateSpace } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call, problemOf } from "@/lib/api";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";

/** Name, archive and the end of a team, for its managers. */
export function TeamSettings({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const confirm = useConfirm();
  const client = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const archived = team.archivedAt !== null;
  const changed = () => client.invalidateQueries({ queryKey: peopleKeys.all });
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const name = String(data.get("name")).trim();
    if (name === team.name) return;
    await call(updateSpace, { params: { id: team.id }, body: { name } });
    toast.success(t("saved"));
    await changed();
  });
  const archive = async () => {
    const yes =
      archived ||
      (await confirm({ title: t("archiveTitle", { name: team.name }), body: t("archiveBody"), action: t("archive") }));
    if (!yes) return;
    try {
      await call(updateSpace, { params: { id: team.id }, body: { archived: !archived } });
      toast.success(t(archived ? "unarchivedNow" : "archivedNow", { name: team.name }));
      await changed();
    } catch (error) {
      toast.error(problemOf(error).message);
    }
  };
  return (
    <div className="flex flex-col gap-6">
      {!archived && (
        <form method="post" onSubmit={onSubmit} className="flex flex-col gap-3" noValidate>
          <Field label={t("name")} name="name" defaultValue={team.name} maxLength={100} required autoComplete="off" />
          <FormProblem problem={problem} />
          <Button type="submit" variant="primary" busy={busy} className="self-start">
            {t("save")}
          </Button>
        </form>
      )}
      <Section title={t(archived ? "unarchive" : "archive")} body={t(archived ? "unarchiveBody" : "archiveBody")}>
        <Button onClick={() => void archive()}>{t(archived ? "unarchive" : "archive")}</Button>
      </Section>
      <Section title={t("transfer")} body={t("transferBody")} />
      <Section title={t("delete")} body={t("deleteBody")}>
        <Button variant="danger-ghost" onClick={() => setDeleting(true)}>
          {t("deleteAction")}
        </Button>
      </Section>
      <DeleteTeamDialog team={team} open={deleting} onClose={() => setDeleting(false)} />
    </div>
  );
}

function Section({ title, body, children }: { title: string; body: string; children?: ReactNode }) {
  return (
    <section className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-t pt-5">
      <div className="min-w-0 flex-1 basis-64">
        <h2 className="font-semibold">{title}</h2>
        <p className="text-ink-muted text-sm">{body}</p>
      </div>
      {children}
    </section>
  );
}

export function DeleteTeamDialog({ team, open, onClose }: { team: Space; open: boolean; onClose: () => void }) {
  const t = useTranslations("teams");
  const client = useQueryClient();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    await call(deleteSpace, { params: { id: team.id }, query: { name: String(data.get("name")) } });
    toast.success(t("deletedNow", { name: team.name }));
    onClose();
    await client.invalidateQueries({ queryKey: peopleKeys.all });
  });
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={t("deleteTitle", { name: team.name })}
      description={t("deleteBody")}
    >
      <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <Field label={t("typeName", { name: team.name })} name="name" required first autoComplete="off" />
        <FormProblem problem={problem} />
        <Button type="submit" variant="danger" size="lg" busy={busy}>
          {t("deleteAction")}
        </Button>
      </form>
    </Dialog>
  );
}
