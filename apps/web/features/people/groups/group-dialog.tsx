"use client";

import type { Group } from "@holdfast/contract";
import { createGroup, deleteGroup, updateGroup } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call, problemOf } from "@/lib/api";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";
import { GroupMembers } from "./group-members";

/** A group with its members, or a new one; null: closed. */
export function GroupDialog({ shown, onClose }: { shown: Group | "new" | null; onClose: () => void }) {
  const t = useTranslations("groups");
  const group = shown === "new" ? null : shown;
  return (
    <Dialog
      open={shown !== null}
      onOpenChange={(open) => !open && onClose()}
      title={group?.name ?? t("newTitle")}
      className="sm:max-w-lg"
    >
      {shown !== null && <GroupForm key={group?.id} group={group} onDone={onClose} />}
      {group && <GroupMembers group={group} />}
    </Dialog>
  );
}

function GroupForm({ group, onDone }: { group: Group | null; onDone: () => void }) {
  const t = useTranslations("groups");
  const confirm = useConfirm();
  const client = useQueryClient();
  const changed = () => client.invalidateQueries({ queryKey: peopleKeys.all });
  const { busy, problem, onSubmit, setProblem } = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name)).trim();
    const body = {
      name: text("name"),
      description: text("description") || null,
      externalName: text("externalName") || null,
    };
    if (group) await call(updateGroup, { params: { id: group.id }, body });
    else await call(createGroup, { body });
    toast.success(group ? t("saved") : t("made", { name: body.name }));
    await changed();
    if (!group) onDone();
  });
  const remove = async () => {
    if (!group) return;
    const { id, name } = group;
    const yes = await confirm({
      title: t("deleteTitle", { name }),
      body: t("deleteBody"),
      action: t("delete"),
      danger: true,
    });
    if (!yes) return;
    try {
      await call(deleteGroup, { params: { id } });
      toast.success(t("deletedNow", { name }));
      onDone();
      await changed();
    } catch (error) {
      setProblem(problemOf(error));
    }
  };
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <Field
        label={t("name")}
        name="name"
        defaultValue={group?.name}
        maxLength={100}
        required
        first={!group}
        autoComplete="off"
      />
      <Field label={t("description")} name="description" defaultValue={group?.description ?? ""} maxLength={500} />
      <Field
        label={t("externalName")}
        name="externalName"
        defaultValue={group?.externalName ?? ""}
        maxLength={100}
        hint={t("externalHint")}
        autoComplete="off"
      />
      <FormProblem problem={problem} />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" busy={busy}>
          {t(group ? "save" : "make")}
        </Button>
        {group && (
          <Button variant="danger-ghost" className="ml-auto" onClick={() => void remove()}>
            {t("delete")}
          </Button>
        )}
      </div>
    </form>
  );
}
