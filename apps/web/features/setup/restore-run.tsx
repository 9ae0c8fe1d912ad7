"use client";

import { setupRestoreProgress, setupRestoreStatus } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import { Button } from "@/components/button/button";
import { FormProblem } from "@/features/auth/form/form-problem";
import { formatStamp } from "@/features/backups/work/when";
import { WorkProgress } from "@/features/backups/work/work-progress";
import { call, hasCode } from "@/lib/api";
import { toast } from "@/lib/toast";
import { holdToken } from "./held-token";

const EVERY_MS = 700;

/** How far it is: with the token in numbers, without it only whether it goes on. */
async function look(token: string | null) {
  if (token !== null) {
    try {
      return await call(setupRestoreProgress, { body: { token } });
    } catch (error) {
      if (hasCode(error, "setup_done")) return "done";
      if (!hasCode(error, "setup_token_invalid")) throw error;
    }
  }
  const { state } = await call(setupRestoreStatus);
  return state === "done" ? "done" : state === "running" ? "running" : "failed";
}

type RestoreRunProps = { token: string | null; onBack: () => Promise<void> };

/** A restore under way. At its end the server is away for a moment: not being answered is no failure. */
export function RestoreRun({ token, onBack }: RestoreRunProps) {
  const t = useTranslations("setup.run");
  const router = useRouter();
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: ["setup-restore-progress", token],
    queryFn: () => look(token),
    refetchInterval: EVERY_MS,
    retry: false,
    gcTime: 0,
  });
  const isDone = data === "done";
  useEffect(() => {
    if (!isDone) return;
    holdToken(null);
    // All that was asked so far was asked of another installation.
    client.clear();
    toast.success(t("done"));
    router.replace("/sign-in");
  }, [isDone, client, router, t]);

  const progress = typeof data === "object" ? data : null;
  if (data === "failed" || progress?.status === "failed" || progress?.status === "idle") {
    return (
      <div className="flex flex-col gap-4">
        <h1 className="font-semibold text-lg">{t("failed")}</h1>
        <FormProblem problem={{ message: progress?.error ?? t("ended") }} />
        <p className="text-ink-muted">{t("failedBody")}</p>
        <Button variant="primary" size="lg" onClick={onBack}>
          {t("again")}
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-col gap-4">
      <div>
        <h1 className="font-semibold text-lg">{t("title")}</h1>
        {progress?.snapshotTime && (
          <p className="mt-1 text-ink-muted" suppressHydrationWarning>
            {t("of", { when: formatStamp(progress.snapshotTime) })}
          </p>
        )}
      </div>
      <WorkProgress
        label={t("title")}
        unit={t("pieces")}
        filesDone={progress?.piecesDone ?? 0}
        filesTotal={progress?.piecesTotal ?? 0}
        bytesDone={progress?.bytesDone ?? 0}
        bytesTotal={progress?.bytesTotal ?? 0}
      />
      <p className="text-[0.8125rem] text-ink-muted">{t("note")}</p>
    </div>
  );
}
