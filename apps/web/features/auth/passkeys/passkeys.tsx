"use client";

import type { Passkey } from "@holdfast/contract";
import { listPasskeys, removePasskey, renamePasskey } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Fingerprint, Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState } from "@/components/feedback/state";
import { Field } from "@/components/form/field";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { Time } from "@/components/text/time";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useFailure } from "@/lib/use-failure";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";
import { AddPasskey } from "./add-passkey";
import { useObstacle } from "./use-passkey-problem";

/** My passkeys: what signs me in without a password. */
export function Passkeys() {
  const t = useTranslations("passkeys");
  const client = useQueryClient();
  const fail = useFailure();
  const confirm = useConfirm();
  const obstacle = useObstacle();
  const query = useQuery({ queryKey: keys.passkeys, queryFn: () => call(listPasskeys) });
  const [adding, setAdding] = useState(false);
  const [renaming, setRenaming] = useState<Passkey>();

  /** However it is closed, the passkey may have been added already. */
  const close = (open: boolean) => {
    setAdding(open);
    if (!open) void client.invalidateQueries();
  };
  const remove = async ({ id, name }: Passkey) => {
    const question = { title: t("removeTitle", { name }), body: t("removeBody"), action: t("remove"), danger: true };
    if (!(await confirm(question))) return;
    await call(removePasskey, { params: { id } }).catch((error: unknown) => fail(error));
    await client.invalidateQueries();
  };

  if (query.isPending) return <div className="skeleton h-24" />;
  if (query.error)
    return (
      <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} className="py-4" />
    );
  const { items } = query.data;
  return (
    <div className="flex flex-col items-start gap-3">
      {items.length === 0 ? (
        <p className="text-ink-muted">{t("none")}</p>
      ) : (
        <ul className="w-full divide-y rounded-xl border">
          {items.map((passkey) => (
            <li key={passkey.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 p-3">
              <Fingerprint aria-hidden="true" className="size-5 shrink-0 text-ink-muted" />
              <div className="min-w-0 flex-1 basis-40">
                <p className="break-words">{passkey.name}</p>
                <p className="text-ink-muted text-xs">
                  {t("added")} <Time at={passkey.createdAt} style="full" />
                  {" · "}
                  {passkey.lastUsedAt ? (
                    <>
                      {t("lastUsed")} <Time at={passkey.lastUsedAt} />
                    </>
                  ) : (
                    t("neverUsed")
                  )}
                </p>
              </div>
              <div className="flex gap-2 max-sm:ml-8">
                <Button
                  size="sm"
                  aria-label={t("renameOf", { name: passkey.name })}
                  onClick={() => setRenaming(passkey)}
                >
                  {t("rename")}
                </Button>
                <Button
                  size="sm"
                  aria-label={t("removeOf", { name: passkey.name })}
                  onClick={() => void remove(passkey)}
                >
                  {t("remove")}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {obstacle ? (
        <p className="text-ink-muted text-sm">{obstacle}</p>
      ) : (
        <Button onClick={() => setAdding(true)}>
          <Plus />
          {t(items.length === 0 ? "add" : "addAnother")}
        </Button>
      )}
      <Dialog open={adding} onOpenChange={close} title={t("addTitle")}>
        <AddPasskey onDone={() => setAdding(false)} />
      </Dialog>
      <Dialog
        open={renaming !== undefined}
        onOpenChange={(open) => !open && setRenaming(undefined)}
        title={t("renameTitle")}
      >
        {renaming && <Rename passkey={renaming} onDone={() => setRenaming(undefined)} />}
      </Dialog>
    </div>
  );
}

function Rename({ passkey, onDone }: { passkey: Passkey; onDone: () => void }) {
  const t = useTranslations("passkeys");
  const client = useQueryClient();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    await call(renamePasskey, { params: { id: passkey.id }, body: { name: String(data.get("name")) } });
    onDone();
    await client.invalidateQueries({ queryKey: keys.passkeys });
  });
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <Field label={t("name")} name="name" defaultValue={passkey.name} maxLength={60} required first />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy}>
        {t("save")}
      </Button>
    </form>
  );
}
