"use client";

import { createFolder } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { FolderPlus, Search } from "lucide-react";
import { useTranslations } from "next-intl";
import { type KeyboardEvent, useDeferredValue, useState } from "react";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/overlay/dialog";
import { call, problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { keys } from "@/lib/query";
import { visibleName } from "@/lib/safe-name";
import type { MoveRequest } from "../actions/commands";
import { folderChanged } from "../listing/listing";
import type { Crumb } from "../navigation/navigation";
import { FolderTree } from "./folder-tree";
import { FoundFolders, foundId, optionId, useFoundFolders } from "./found-folders";
import { type FoundFolder, noteTarget, recentTargets, type Target } from "./targets";

type MoveDialogProps = {
  request: MoveRequest | null;
  /** The way from the root to where the entries are: the dialog opens there. */
  crumbs: readonly Crumb[];
  onClose: () => void;
  onChoose: (request: MoveRequest, target: Target) => void;
};

/** Chooses a folder from a tree or by its name, for those who do not drag. */
export function MoveDialog({ request, crumbs, onClose, onChoose }: MoveDialogProps) {
  const t = useTranslations("files");
  const common = useTranslations("common");
  const client = useQueryClient();
  const here: Target = crumbs.at(-1) ?? { id: null, name: t("root") };
  const moves = request?.mode === "move";
  // What others share is moved within what they share, and copied to one's own files.
  const own: Target = { id: null, name: t("root") };
  const toOwn = request?.mode === "copy" && crumbs[0]?.href !== undefined;
  const root = toOwn ? own : (crumbs.find(({ href }) => href === undefined) ?? own);
  const [target, setTarget] = useState<Target>(toOwn ? own : here);
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const found = useFoundFolders(q);
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState("");
  const moving = new Set(moves ? request.files.map((file) => file.id) : []);
  const recent = recentTargets().filter(({ id }) => id !== here.id && !(id && moving.has(id)));
  // By its path: what lies inside of a folder that is being moved begins with that folder's.
  const movingPaths = (request?.files ?? []).map((file) =>
    ["", ...crumbs.slice(1).map(({ name }) => name), file.name].join("/"),
  );
  const isDisabled = (folder: FoundFolder) =>
    moves && movingPaths.some((path) => folder.path === path || folder.path.startsWith(`${path}/`));
  const choose = () => {
    if (request) onChoose(request, target);
    noteTarget(target);
    onClose();
  };
  const addFolder = async (name: string) => {
    setAdding(false);
    if (!name.trim()) return;
    try {
      const folder = await call(createFolder, {
        body: { name: name.trim(), parentId: target.id, onConflict: "reuse" },
      });
      await client.invalidateQueries({ queryKey: keys.folders(target.id) });
      folderChanged(target.id);
      setTarget({ id: folder.id, name: folder.name });
      setText("");
      setProblem("");
    } catch (error) {
      setProblem(problemOf(error).message);
    }
  };
  const onSearchKey = (event: KeyboardEvent) => {
    const folders = (found.data ?? []).filter((folder) => !isDisabled(folder));
    const at = folders.findIndex(({ id }) => id === target.id);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && folders[Math.max(0, Math.min(folders.length - 1, at + step))];
    if (event.key === "Escape" && text) {
      event.stopPropagation();
      setText("");
    } else if (next) {
      setTarget(next);
      document.getElementById(optionId(next.id))?.scrollIntoView({ block: "nearest" });
    } else return;
    event.preventDefault();
  };
  const count = request?.files.length ?? 0;
  const [first] = request?.files ?? [];
  const what = count === 1 && first ? visibleName(first.name) : t("items", { count });
  const shown = (found.data ?? []).some(({ id }) => id === target.id);
  return (
    <Dialog
      open={request !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t(moves ? "moveTitle" : "copyTitle", { what })}
      className="sm:max-w-lg"
      footer={
        <>
          <Button variant="ghost" className="mr-auto" onClick={() => setAdding(true)}>
            <FolderPlus />
            {t("newFolder")}
          </Button>
          <Button variant="ghost" onClick={onClose}>
            {common("cancel")}
          </Button>
          <Button variant="primary" disabled={moves && target.id === here.id} onClick={choose}>
            {t(moves ? "moveHere" : "copyHere")}
          </Button>
        </>
      }
    >
      <div className="relative mb-2">
        <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-muted" />
        <input
          type="search"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onSearchKey}
          aria-label={t("findFolder")}
          aria-controls={q ? foundId : undefined}
          aria-activedescendant={q && shown ? optionId(target.id) : undefined}
          placeholder={t("findFolder")}
          className="h-9 w-full rounded-lg border border-transparent bg-sunken pr-3 pl-8.5 text-sm placeholder:text-ink-muted hover:bg-hover focus:border-accent focus:bg-surface focus:outline-none [&::-webkit-search-cancel-button]:grayscale"
        />
      </div>
      {recent.length > 0 && !q && (
        <div className="mb-2 flex flex-wrap items-center gap-1.5 text-sm">
          <span className="text-ink-muted">{t("recentFolders")}</span>
          {recent.map((folder) => (
            <button
              key={folder.id}
              type="button"
              aria-pressed={folder.id === target.id}
              onClick={() => setTarget(folder)}
              className={cn(
                "h-7 max-w-40 truncate rounded-full border px-2.5",
                folder.id === target.id ? "border-accent bg-selected" : "hover:bg-hover",
              )}
            >
              {visibleName(folder.name)}
            </button>
          ))}
        </div>
      )}
      <div className="h-[min(22rem,46dvh)] overflow-hidden rounded-lg border">
        {q ? (
          <FoundFolders q={q} found={found} target={target} onTarget={setTarget} isDisabled={isDisabled} />
        ) : (
          <FolderTree
            target={target}
            onTarget={setTarget}
            moving={moving}
            root={root}
            open={new Set(crumbs.map(({ id }) => id)).add(root.id)}
          />
        )}
      </div>
      {adding && (
        <input
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it appears because somebody asked for it
          autoFocus
          aria-label={t("folderName")}
          placeholder={t("newFolderIn", { folder: visibleName(target.name) })}
          onBlur={(event) => void addFolder(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter") event.currentTarget.blur();
            if (event.key === "Escape") {
              event.stopPropagation();
              setAdding(false);
            }
          }}
          className="mt-2 h-9 w-full rounded-lg border border-accent bg-surface px-3 outline-none"
        />
      )}
      {problem && (
        <p role="alert" className="mt-2 text-danger text-sm">
          {problem}
        </p>
      )}
    </Dialog>
  );
}
