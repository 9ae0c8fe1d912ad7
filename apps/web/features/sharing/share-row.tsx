"use client";

import type { ListedShare } from "@holdfast/contract";
import { Link2, Unlink } from "lucide-react";
import { useTranslations } from "next-intl";
import { CopyButton } from "@/components/button/copy-button";
import { MenuItem, MenuPopup, MenuRoot, MoreMenuButton } from "@/components/overlay/menu";
import { FileName } from "@/components/text/file-name";
import { Time } from "@/components/text/time";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { visibleName } from "@/lib/safe-name";
import { useRevoke } from "./link-card";
import { folderOf, ShareFacts, StateBadge } from "./share-facts";

/** One link of the list: what it leads to and where that is, what tells it from others on the same file, and how it is used. */
export function ShareRow({ share, onOpen }: { share: ListedShare; onOpen: () => void }) {
  const t = useTranslations("sharing");
  const revoke = useRevoke();
  const dead = share.state === "revoked" || share.state === "expired";
  const name = visibleName(share.label ? `${share.fileName}, ${share.label}` : share.fileName);
  return (
    <li className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover/60 sm:px-6">
      <FileIcon
        file={{ name: share.fileName, kind: share.fileKind, fileType: null }}
        className={dead ? "opacity-50" : ""}
      />
      <button type="button" onClick={onOpen} className="min-w-0 flex-1 rounded-md text-left">
        <span className="flex items-center gap-2">
          <FileName name={share.fileName} className="font-medium" />
          {share.label && (
            <span className="min-w-0 truncate text-ink-muted" title={visibleName(share.label)}>
              {visibleName(share.label)}
            </span>
          )}
          <StateBadge state={share.state} />
        </span>
        <span className="flex flex-wrap gap-x-1 text-ink-muted text-xs">
          <ShareFacts share={share} />
        </span>
        <span className="flex flex-wrap gap-x-3 text-ink-muted text-xs">
          <span className="max-w-full truncate">{t("location", { path: folderOf(share) ?? t("root") })}</span>
          <span>
            {t("created")} <Time at={share.createdAt} style="full" />
          </span>
        </span>
      </button>
      <div className="hidden w-40 text-right text-ink-muted text-xs leading-5 lg:block">
        <p>{t("opened", { count: share.accessCount })}</p>
        {share.lastAccessAt && (
          <p>
            {t("lastAccess")} <Time at={share.lastAccessAt} />
          </p>
        )}
      </div>
      {share.state !== "revoked" && (
        <>
          <CopyButton text={share.url} variant="ghost" size="icon" label={t("copyLinkTo", { name })} />
          <MenuRoot>
            <MoreMenuButton label={t("actionsFor", { name })} />
            <MenuPopup align="end" label={t("actionsFor", { name })}>
              <MenuItem icon={<Link2 />} onClick={onOpen}>
                {t("edit")}
              </MenuItem>
              <MenuItem icon={<Unlink />} danger onClick={() => void revoke(share)}>
                {t("revoke")}
              </MenuItem>
            </MenuPopup>
          </MenuRoot>
        </>
      )}
    </li>
  );
}
