"use client";

import { createSpace } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { FormProblem } from "@/features/auth/form/form-problem";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";

export function NewTeamDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const t = useTranslations("teams");
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t("newTitle")} description={t("newBody")}>
      <NewTeamForm />
    </Dialog>
  );
}

function NewTeamForm() {
  const t = useTranslations("teams");
  const client = useQueryClient();
  const router = useRouter();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const team = await call(createSpace, { body: { name: String(data.get("name")).trim() } });
    toast.success(t("made", { name: team.name }));
    await client.invalidateQueries({ queryKey: peopleKeys.all });
    router.push(`/teams/${team.id}`);
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <Field label={t("name")} name="name" maxLength={100} required first autoComplete="off" />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("make")}
      </Button>
    </form>
  );
}
