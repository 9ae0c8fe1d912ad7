"use client";

import { listAccessTokens, revokeAccessToken } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useFailure } from "@/lib/use-failure";
import { NewToken } from "./new-token";

/** Tokens for scripts, and the passwords of programs that mount files. */
export function AccessTokens() {
  const t = useTranslations("tokens");
  const client = useQueryClient();
  const fail = useFailure();
  const confirm = useConfirm();
  const query = useQuery({ queryKey: keys.tokens, queryFn: () => call(listAccessTokens) });
  const [adding, setAdding] = useState(false);
  const revoke = async (id: string, name: string) => {
    const question = { title: t("revokeTitle", { name }), body: t("revokeBody"), action: t("revoke"), danger: true };
    if (!(await confirm(question))) return;
    try {
      await call(revokeAccessToken, { params: { id } });
    } catch (error) {
      fail(error);
    }
    await client.invalidateQueries({ queryKey: keys.tokens });
  };
  if (query.isPending) return <div className="skeleton h-24" />;
  if (query.error)
    return (
      <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} className="py-4" />
    );
  return (
    <div className="flex flex-col items-start gap-3">
      {query.data.items.length === 0 ? (
        <p className="text-ink-muted">{t("none")}</p>
      ) : (
        <ul className="w-full divide-y rounded-xl border">
          {query.data.items.map((token) => (
            <li key={token.id} className="flex items-center gap-3 p-3">
              <KeyRound aria-hidden="true" className="size-5 shrink-0 text-ink-muted" />
              <div className="min-w-0 flex-1">
                <p className="truncate">{token.name}</p>
                <p className="text-ink-muted text-xs">
                  {token.scopes.map((scope) => t(`scope.${scope}`)).join(", ")}
                  {" · "}
                  {token.lastUsedAt ? (
                    <>
                      {t("lastUsed")} <Time at={token.lastUsedAt} />
                    </>
                  ) : (
                    t("neverUsed")
                  )}
                  {token.expiresAt && (
                    <>
                      {" · "}
                      {t("expires")} <Time at={token.expiresAt} style="full" />
                    </>
                  )}
                </p>
              </div>
              <Button size="sm" onClick={() => void revoke(token.id, token.name)}>
                {t("revoke")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <Button onClick={() => setAdding(true)}>
          <Plus />
          {t("add")}
        </Button>
        <a href="/docs" className="text-accent-text underline-offset-2 hover:underline">
          {t("reference")}
        </a>
      </div>
      <Dialog open={adding} onOpenChange={setAdding} title={t("addTitle")}>
        <NewToken onDone={() => setAdding(false)} />
      </Dialog>
    </div>
  );
}
