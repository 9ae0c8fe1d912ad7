"use client";

import { deleteMe, exportAccount } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { call } from "@/lib/api";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";

/** The account's data as a file, or its end. */
export function Leave() {
  const t = useTranslations("leave");
  const account = useTranslations("account");
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    await call(deleteMe, { body: { password: String(data.get("password")) } });
    client.clear();
    window.location.assign("/sign-in");
  });
  return (
    <div className="flex flex-wrap gap-2">
      <a href={exportAccount.path} download className={buttonClass()}>
        <Download />
        {t("export")}
      </a>
      <Button variant="danger-ghost" onClick={() => setOpen(true)}>
        {t("delete")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("deleteTitle")} description={t("deleteBody")}>
        <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4 pt-2" noValidate>
          <Field
            label={account("currentPassword")}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
          <FormProblem problem={problem} />
          <Button type="submit" variant="danger" size="lg" busy={busy}>
            {t("deleteAction")}
          </Button>
        </form>
      </Dialog>
    </div>
  );
}
