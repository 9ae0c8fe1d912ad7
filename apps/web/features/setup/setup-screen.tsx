"use client";

import { setupRestoreStatus } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useEffect, useState } from "react";
import { Spinner } from "@/components/button/button";
import { ChoiceCards } from "@/components/form/choice-cards";
import { useFragment } from "@/features/auth/form/use-fragment";
import { SetupForm } from "@/features/auth/registration/setup-form";
import { call } from "@/lib/api";
import { heldToken, holdToken } from "./held-token";
import { RestoreForm } from "./restore-form";
import { RestoreRun } from "./restore-run";

const ways = ["fresh", "restore"] as const;
type Way = (typeof ways)[number];

/** An empty installation's first page: the first account, or everything back from a backup. */
export function SetupScreen() {
  const t = useTranslations("setup");
  const fragment = useFragment();
  const [token, setToken] = useState("");
  const [way, setWay] = useState<Way>("fresh");
  const [running, setRunning] = useState(false);
  const status = useQuery({
    queryKey: ["setup-restore"],
    queryFn: () => call(setupRestoreStatus),
    staleTime: Number.POSITIVE_INFINITY,
  });
  useEffect(() => {
    // The token comes behind `#`, which browsers never send to a server or a log.
    const given = fragment?.get("token") ?? heldToken();
    if (given) setToken(given);
  }, [fragment]);

  if (status.isPending) return <Spinner className="mx-auto my-10 size-6 text-ink-muted" />;
  const state = status.data?.state ?? null;
  if (running || state === "running") {
    return (
      <RestoreRun
        token={token || null}
        onBack={async () => {
          holdToken(null);
          setWay("restore");
          await status.refetch();
          setRunning(false);
        }}
      />
    );
  }
  return (
    <div className="flex flex-col gap-5">
      {state === "offered" && (
        <div>
          <h1 className="font-semibold text-lg">{t("title")}</h1>
          <ChoiceCards
            aria-label={t("way")}
            value={way}
            onChange={setWay}
            choices={ways.map((value) => ({ value, label: t(`ways.${value}`) }))}
            className="mt-4 grid-cols-2"
          />
        </div>
      )}
      {state === "offered" && way === "restore" ? (
        <RestoreForm
          token={token}
          onToken={setToken}
          onBegun={() => {
            holdToken(token.trim());
            setRunning(true);
          }}
        />
      ) : (
        <SetupForm token={token} onToken={setToken} titled={state !== "offered"} />
      )}
    </div>
  );
}
