"use client";

import type { FileRole, Grant } from "@holdfast/contract";
import { deleteGrant, updateGrant } from "@holdfast/contract/client";
import { CalendarClock, LogOut, UserRoundMinus } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "@/components/button/button";
import { Select } from "@/components/form/select";
import { useConfirm } from "@/components/overlay/confirm";
import { MenuItem, MenuPopup, MenuRoot, MenuSeparator, MoreMenuButton } from "@/components/overlay/menu";
import { call } from "@/lib/api";
import { visibleName } from "@/lib/safe-name";
import { type Expiry, expiresAtOf, expiries, roleItems } from "./role-items";
import { useGrantWork } from "./use-grant-work";

type ControlsProps = {
  grant: Grant;
  fileName: string;
  folder: boolean;
  /** It is one's own. */
  own: boolean;
  /** It was given here, and the reader may change it. */
  manages: boolean;
  onLeft: () => void;
};

/** What can be done with a role: changed and taken by managers, given up by who has it. */
export function GrantControls({ grant, fileName, folder, own, manages, onLeft }: ControlsProps) {
  const t = useTranslations("people");
  const work = useGrantWork();
  const { leave, remove } = useEndGrant();
  const params = { id: grant.id };
  const who = grant.grantee.name;
  const items = roleItems(t, folder);
  const setRole = (role: FileRole) =>
    role !== grant.role && void work(() => call(updateGrant, { params, body: { role } }), t("changed", { who }));
  const setExpiry = (expiry: Expiry) =>
    void work(() => call(updateGrant, { params, body: { expiresAt: expiresAtOf(expiry) } }), t("changed", { who }));
  const onLeave = async () => {
    if (await leave(grant.id, fileName)) onLeft();
  };
  if (!manages) {
    return (
      <>
        <span className="text-ink-muted text-sm">{t(`role.${grant.role}`)}</span>
        {own && grant.from.kind === "here" && (
          <Button size="sm" onClick={() => void onLeave()}>
            <LogOut />
            {t("leave")}
          </Button>
        )}
      </>
    );
  }
  return (
    <span className="flex items-center gap-1">
      <Select
        label={t("roleOf", { who })}
        value={grant.role}
        onValueChange={setRole}
        items={items}
        className="h-9 w-44 text-sm"
      />
      <MenuRoot>
        <MoreMenuButton label={t("actionsFor", { who })} />
        <MenuPopup align="end" label={t("actionsFor", { who })}>
          {expiries.map((expiry) => (
            <MenuItem key={expiry} icon={<CalendarClock />} onClick={() => setExpiry(expiry)}>
              {t(`setExpiry.${expiry}`)}
            </MenuItem>
          ))}
          <MenuSeparator />
          {own ? (
            <MenuItem icon={<LogOut />} danger onClick={() => void onLeave()}>
              {t("leave")}
            </MenuItem>
          ) : (
            <MenuItem icon={<UserRoundMinus />} danger onClick={() => void remove(grant, fileName)}>
              {t("remove")}
            </MenuItem>
          )}
        </MenuPopup>
      </MenuRoot>
    </span>
  );
}

/** Asks, and ends a role: another's, or one's own. Each resolves to whether that was done. */
export function useEndGrant() {
  const t = useTranslations("people");
  const confirm = useConfirm();
  const work = useGrantWork();
  const end = (id: string) => call(deleteGrant, { params: { id } });
  return {
    async remove({ id, grantee }: Grant, fileName: string): Promise<boolean> {
      const [who, what] = [grantee.name, visibleName(fileName)];
      const question = { title: t("removeTitle", { who }), body: t("removeBody", { who, what }) };
      if (!(await confirm({ ...question, action: t("remove"), danger: true }))) return false;
      return work(() => end(id), t("removed", { who, what }));
    },
    async leave(id: string, fileName: string): Promise<boolean> {
      const what = visibleName(fileName);
      const question = { title: t("leaveTitle", { what }), body: t("leaveBody") };
      if (!(await confirm({ ...question, action: t("leave"), danger: true }))) return false;
      return work(() => end(id), t("left", { what }));
    },
  };
}
