"use client";

import type { SharedItem } from "@holdfast/contract";
import { updateSharedWithMe } from "@holdfast/contract/client";
import { Download, Eye, EyeOff, LogOut } from "lucide-react";
import { useTranslations } from "next-intl";
import { MenuItem, MenuPopup, MenuRoot, MenuSeparator, MoreMenuButton } from "@/components/overlay/menu";
import { Badge } from "@/components/text/badge";
import { FileName } from "@/components/text/file-name";
import { Time } from "@/components/text/time";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { downloadUrl, startDownload } from "@/features/files/navigation/links";
import { call } from "@/lib/api";
import { roleOffers } from "@/lib/file-roles";
import { visibleName } from "@/lib/safe-name";
import { useEndGrant } from "../grants/grant-controls";
import { useGrantWork } from "../grants/use-grant-work";

/** One file or folder: whose it is, who gave it and when, and what one may do with it. */
export function SharedRow({ item, onOpen }: { item: SharedItem; onOpen: () => void }) {
  const t = useTranslations("shared");
  const people = useTranslations("people");
  const work = useGrantWork();
  const { leave } = useEndGrant();
  const { file, role, owner, givenBy, givenAt, expiresAt, grantId, hidden } = item;
  const name = visibleName(file.name);
  const setHidden = () =>
    work(
      () => call(updateSharedWithMe, { params: { id: file.id }, body: { hidden: !hidden } }),
      t(hidden ? "shownAgain" : "hiddenNow", { name }),
    );
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover/60 sm:px-6">
      <FileIcon file={file} />
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-md text-left">
        <span className="flex items-center gap-2">
          <FileName name={file.name} className="font-medium" />
          <Badge tone="neutral">{people(`role.${role}`)}</Badge>
        </span>
        <span className="flex flex-wrap gap-x-3 text-ink-muted text-xs leading-5">
          <span>{t("ownedBy", { name: owner.name })}</span>
          {givenBy && givenBy.id !== owner.id && <span>{t("givenBy", { name: givenBy.name })}</span>}
          <span>
            {t("since")} <Time at={givenAt} style="day" />
          </span>
          {expiresAt && (
            <span>
              {people("until")} <Time at={expiresAt} style="day" />
            </span>
          )}
        </span>
      </button>
      <MenuRoot>
        <MoreMenuButton label={t("actionsFor", { name })} />
        <MenuPopup align="end" label={t("actionsFor", { name })}>
          {roleOffers(role, "see") && (
            <MenuItem icon={<Download />} onClick={() => startDownload(downloadUrl([file]))}>
              {t("download")}
            </MenuItem>
          )}
          <MenuItem icon={hidden ? <Eye /> : <EyeOff />} onClick={() => void setHidden()}>
            {t(hidden ? "show" : "hide")}
          </MenuItem>
          {grantId && (
            <>
              <MenuSeparator />
              <MenuItem icon={<LogOut />} danger onClick={() => void leave(grantId, file.name)}>
                {people("leave")}
              </MenuItem>
            </>
          )}
        </MenuPopup>
      </MenuRoot>
    </li>
  );
}
