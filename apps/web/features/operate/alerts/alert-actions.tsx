"use client";

import type { Alert, AlertChange } from "@holdfast/contract";
import { adminUpdateAlert } from "@holdfast/contract/client";
import { Bell, BellOff, Check, Undo2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button, buttonClass } from "@/components/button/button";
import { MenuButton, MenuItem, MenuPopup, MenuRoot } from "@/components/overlay/menu";
import { call } from "@/lib/api";
import { useAlertAct } from "./queries";

const hours = [1, 8, 24, 24 * 7, 24 * 30] as const;

/** Somebody has seen it; or nobody is to be told for a while. */
export function AlertActions({ alert }: { alert: Alert }) {
  const t = useTranslations("operateAlerts");
  const act = useAlertAct();
  const change = (body: AlertChange, done: string) =>
    void act(() => call(adminUpdateAlert, { params: { id: alert.id }, body }), done);
  const silence = (count: number) =>
    change({ silencedUntil: new Date(Date.now() + count * 3_600_000).toISOString() }, t("silencedDone"));
  return (
    <>
      {alert.acknowledgedAt ? (
        <Button size="sm" onClick={() => change({ acknowledged: false }, t("reopened"))}>
          <Undo2 />
          {t("takeBack")}
        </Button>
      ) : (
        <Button size="sm" onClick={() => change({ acknowledged: true }, t("acknowledgedDone"))}>
          <Check />
          {t("acknowledge")}
        </Button>
      )}
      {alert.silencedUntil ? (
        <Button size="sm" onClick={() => change({ silencedUntil: null }, t("unsilencedDone"))}>
          <Bell />
          {t("unsilence")}
        </Button>
      ) : (
        <MenuRoot>
          <MenuButton
            render={
              <button type="button" className={buttonClass({ size: "sm" })}>
                <BellOff />
                {t("silence")}
              </button>
            }
          />
          <MenuPopup label={t("silence")}>
            {hours.map((count) => (
              <MenuItem key={count} onClick={() => silence(count)}>
                {t(`silenceFor.${count}`)}
              </MenuItem>
            ))}
          </MenuPopup>
        </MenuRoot>
      )}
    </>
  );
}
