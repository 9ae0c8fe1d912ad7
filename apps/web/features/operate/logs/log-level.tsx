"use client";

import type { LogLevel } from "@holdfast/contract";
import { adminSetLogLevel } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { useFailure } from "@/lib/use-failure";

const MINUTES = 15;

/** More is logged for a while, to see what happens. It ends after that time. */
export function LogLevelButton({ state }: { state: { level: LogLevel; usual: LogLevel; until: string | null } }) {
  const t = useTranslations("logs");
  const client = useQueryClient();
  const fail = useFailure();
  const [busy, setBusy] = useState(false);
  const set = async (minutes: number) => {
    setBusy(true);
    try {
      await call(adminSetLogLevel, { body: { level: "debug", minutes } });
    } catch (error) {
      fail(error, () => set(minutes));
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: ["logs"] });
  };
  return (
    <div className="flex flex-wrap items-center gap-3">
      {state.until && (
        <span className="text-ink-muted">
          {t.rich("levelUntil", { level: state.level, when: () => <Time at={state.until ?? ""} /> })}
        </span>
      )}
      <Button busy={busy} onClick={() => void set(state.until ? 0 : MINUTES)}>
        {state.until ? t("levelBack") : t("levelMore", { minutes: MINUTES })}
      </Button>
    </div>
  );
}
