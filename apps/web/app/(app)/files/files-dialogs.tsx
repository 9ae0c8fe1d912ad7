"use client";

import type { File } from "@holdfast/contract";
import { Suspense, useMemo, useState } from "react";
import { Preview } from "@/features/entries/preview/lazy";
import type { Selection } from "@/features/entries/selection/use-selection";
import type { FileActions } from "@/features/files/actions/use-file-actions";
import { AskedDetails } from "@/features/files/dialogs/asked-details";
import { DetailsDialog, MoveDialog, NameDialog, ShortcutsDialog } from "@/features/files/dialogs/lazy";
import { contentUrl } from "@/features/files/navigation/links";
import type { FileDialogs } from "@/features/files/page/use-file-dialogs";
import type { Folder } from "@/features/files/page/use-folder";
import { ShareDialog } from "@/features/sharing/lazy";

type FilesDialogsProps = {
  dialogs: FileDialogs;
  folder: Folder;
  items: readonly File[];
  selection: Selection<File>;
  actions: FileActions;
};

/** Everything that opens over the files. */
export function FilesDialogs({ dialogs, folder, items, selection, actions }: FilesDialogsProps) {
  const { shown, show } = dialogs;
  const [tab, setTab] = useState<"details" | "comments">("details");
  const previewable = useMemo(() => items.filter((item) => item.kind === "file"), [items]);
  return (
    <>
      <NameDialog
        open={shown.naming}
        onOpenChange={show.naming}
        onName={(name) => actions.newFolder(name, folder.id)}
      />
      <MoveDialog
        key={shown.moving ? "open" : "closed"}
        request={shown.moving}
        crumbs={folder.crumbs}
        onClose={() => show.moving(null)}
        onChoose={(request, target) => {
          void actions[request.mode](request.files, target.id, target.name);
          selection.clear();
        }}
      />
      <DetailsDialog
        file={shown.details}
        tab={tab}
        onClose={() => {
          show.details(null);
          setTab("details");
        }}
        actions={actions}
      />
      <Suspense fallback={null}>
        <AskedDetails
          onFile={(file, asked) => {
            setTab(asked);
            show.details(file);
          }}
        />
      </Suspense>
      <ShortcutsDialog open={shown.helping} onOpenChange={show.helping} />
      <ShareDialog file={shown.sharing} onClose={() => show.sharing(null)} />
      <Preview
        file={shown.preview}
        files={previewable}
        onChange={(file) => {
          show.preview(file);
          if (file) selection.pointAt(file.id);
        }}
        urlOf={(file, disposition) => contentUrl(file.id, disposition)}
        onShare={show.sharing}
        onDetails={show.details}
      />
    </>
  );
}
