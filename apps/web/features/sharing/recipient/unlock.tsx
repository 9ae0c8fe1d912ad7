"use client";

import { unlockShare } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { LockKeyhole } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { Field } from "@/components/form/field";
import { useSubmit } from "@/features/auth/form/use-submit";
import { call } from "@/lib/api";
import { type PublicShareInfo, publicShareKey } from "./public-share";
import { RecipientFrame } from "./recipient-frame";

export function Unlock({ token, share }: { token: string; share: PublicShareInfo }) {
  const t = useTranslations("recipient");
  const client = useQueryClient();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const share = await call(unlockShare, { params: { token }, body: { password: String(data.get("password")) } });
    client.setQueryData(publicShareKey(token), share);
  });
  return (
    <RecipientFrame>
      <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
        <div className="flex flex-col items-center text-center">
          <div className="mb-4 grid size-16 place-items-center rounded-2xl bg-accent-soft text-accent-text">
            <LockKeyhole className="size-7" />
          </div>
          <h1 className="font-semibold text-lg">{t("lockedTitle")}</h1>
          <p className="mt-1 text-ink-muted">
            {share.sender
              ? t(share.allowUpload ? "lockedAsked" : "lockedBody", { sender: share.sender })
              : t("lockedBodyBare")}
          </p>
        </div>
        <Field
          label={t("password")}
          name="password"
          type="password"
          autoComplete="off"
          required
          first
          error={problem?.message}
        />
        <Button type="submit" variant="primary" size="lg" busy={busy}>
          {t("unlock")}
        </Button>
      </form>
    </RecipientFrame>
  );
}
