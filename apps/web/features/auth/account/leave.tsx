"use client";

import type { Leaving } from "@holdfast/contract";
import { deleteMe, exportAccount, getLeaving } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
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
  const ends = useQuery({ queryKey: ["leaving"], queryFn: () => call(getLeaving), enabled: open });
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
          {ends.data && <WhatEnds ends={ends.data} />}
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

/** What ends with the account, as far as there is any of it. */
function WhatEnds({ ends }: { ends: Leaving }) {
  const t = useTranslations("leave");
  const teams = ends.soleManagerOf.map(({ name }) => name).join(", ");
  const lines = [
    ends.files > 0 && t("endsFiles", { count: ends.files }),
    ends.links > 0 && t("endsLinks", { count: ends.links }),
    ends.people > 0 && t("endsPeople", { count: ends.people }),
    teams !== "" && t("handOver", { teams }),
  ].filter((line) => line !== false);
  if (lines.length === 0) return null;
  return (
    <ul className="list-disc pl-5 text-sm">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
