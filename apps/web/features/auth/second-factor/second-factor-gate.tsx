"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { Button } from "@/components/button/button";
import { AuthFrame } from "../form/auth-frame";
import { AddPasskey } from "../passkeys/add-passkey";
import { useSession, useSettings, useSignOut } from "../session";
import { SetUpFactor } from "./set-up-factor";

/** Where the server asks for a second factor and there is none, nothing but setting one up is shown: nothing else would be answered. */
export function SecondFactorGate({ children }: { children: ReactNode }) {
  const t = useTranslations("secondFactor");
  const nav = useTranslations("nav");
  const { data } = useSession();
  const client = useQueryClient();
  const signOut = useSignOut();
  const settings = useSettings();
  const [way, setWay] = useState<"app" | "passkey">("app");
  const done = () => void client.invalidateQueries();
  if (!data?.secondFactorMissing) return children;
  return (
    <AuthFrame>
      <h1 className="font-semibold text-lg">{t("gateTitle")}</h1>
      <p className="mt-1 mb-4 text-ink-muted">{t("gateBody")}</p>
      {way === "app" ? <SetUpFactor onDone={done} /> : <AddPasskey onDone={done} />}
      {settings.data?.passkeys && (
        <Button className="mt-3 w-full" onClick={() => setWay(way === "app" ? "passkey" : "app")}>
          {t(way === "app" ? "gatePasskey" : "gateApp")}
        </Button>
      )}
      <Button variant="ghost" size="sm" className="mt-3 w-full" onClick={() => void signOut()}>
        {nav("signOut")}
      </Button>
    </AuthFrame>
  );
}
