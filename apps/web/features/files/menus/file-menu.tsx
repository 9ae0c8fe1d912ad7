"use client";

import type { File } from "@holdfast/contract";
import {
  Copy,
  Download,
  Eye,
  FolderInput,
  FolderOpen,
  Info,
  Link2,
  PencilLine,
  Trash2,
  UsersRound,
} from "lucide-react";
import { useTranslations } from "next-intl";
import { type MenuAnchor, MenuItem, MenuPopup, MenuRoot, MenuSeparator } from "@/components/overlay/menu";
import { allOffer, roleOffers } from "@/lib/file-roles";
import type { FileCommands } from "../actions/commands";

type FileMenuProps = {
  files: readonly File[];
  anchor: MenuAnchor;
  commands: FileCommands;
  onClose: () => void;
};

/** The one menu of an entry or a selection: by right click, long press, Shift+F10 and the ⋮ button alike. */
export function FileMenu({ files, anchor, commands, onClose }: FileMenuProps) {
  const t = useTranslations("files");
  const [file] = files;
  const changeable = allOffer(files, "change");
  const single = files.length === 1 ? file : undefined;
  return (
    <MenuRoot open={Boolean(anchor && file)} onOpenChange={(open) => !open && onClose()}>
      <MenuPopup anchor={anchor} label={t("actions")}>
        {single && (
          <>
            <MenuItem
              icon={single.kind === "folder" ? <FolderOpen /> : <Eye />}
              shortcut="↵"
              onClick={() => commands.open(single)}
            >
              {t(single.kind === "folder" ? "open" : "preview")}
            </MenuItem>
            <MenuItem
              icon={roleOffers(single.role, "share") ? <Link2 /> : <UsersRound />}
              onClick={() => commands.share(single)}
            >
              {t(roleOffers(single.role, "share") ? "share" : "whoHasAccess")}
            </MenuItem>
          </>
        )}
        <MenuItem icon={<Download />} onClick={() => commands.download(files)}>
          {t("download")}
        </MenuItem>
        <MenuSeparator />
        {single && changeable && (
          <MenuItem icon={<PencilLine />} shortcut="F2" onClick={() => commands.rename(single)}>
            {t("rename")}
          </MenuItem>
        )}
        {changeable && (
          <MenuItem icon={<FolderInput />} onClick={() => commands.move(files)}>
            {t("moveTo")}
          </MenuItem>
        )}
        <MenuItem icon={<Copy />} onClick={() => commands.copy(files)}>
          {t("copyTo")}
        </MenuItem>
        {single && (
          <MenuItem icon={<Info />} onClick={() => commands.details(single)}>
            {t("details")}
          </MenuItem>
        )}
        {changeable && (
          <>
            <MenuSeparator />
            <MenuItem icon={<Trash2 />} danger shortcut="Del" onClick={() => commands.trash(files)}>
              {t("moveToTrash")}
            </MenuItem>
          </>
        )}
      </MenuPopup>
    </MenuRoot>
  );
}
