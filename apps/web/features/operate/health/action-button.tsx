"use client";

import type { HealthAction } from "@holdfast/contract";
import {
  adminListJobs,
  adminRetryJob,
  adminSetMaintenance,
  createBackup,
  rehearseNow,
} from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, buttonClass } from "@/components/button/button";
import { call } from "@/lib/api";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";

const work: Record<Exclude<HealthAction, "recovery_kit">, () => Promise<unknown>> = {
  back_up: () => call(createBackup, { body: { scope: "instance" } }),
  rehearse: () => call(rehearseNow),
  end_maintenance: () => call(adminSetMaintenance, { body: { on: false } }),
  async retry_jobs() {
    const { items } = await call(adminListJobs, { query: { state: "failed" } });
    for (const { name, id } of items) await call(adminRetryJob, { params: { name, id } });
  },
};

export function ActionButton({ action }: { action: HealthAction }) {
  const t = useTranslations("health");
  const client = useQueryClient();
  const fail = useFailure();
  const [busy, setBusy] = useState(false);
  if (action === "recovery_kit") {
    return (
      <Link href="/admin/backups" className={buttonClass({})}>
        {t(`actions.${action}`)}
      </Link>
    );
  }
  const act = async () => {
    setBusy(true);
    try {
      await work[action]();
      toast.success(t(`done.${action}`));
    } catch (error) {
      fail(error, act);
    }
    setBusy(false);
    await client.invalidateQueries();
  };
  return (
    <Button busy={busy} onClick={() => void act()}>
      {t(`actions.${action}`)}
    </Button>
  );
}
