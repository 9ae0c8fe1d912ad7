"use client";

import { createFolder, type File, listFiles } from "@holdfast/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChevronRight, FolderPlus, House } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button, Spinner } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { call, problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { keys } from "@/lib/query";
import { FolderGlyph } from "./file-icon";
import { folderChanged } from "./listing";

type Target = { id: string | null; name: string };
export type MoveRequest = { mode: "move" | "copy"; files: readonly File[] };

type MoveDialogProps = {
  request: MoveRequest | null;
  onClose: () => void;
  onChoose: (request: MoveRequest, target: Target) => void;
};

/** Folders of a folder: they come first in every order, so reading stops at the first file. */
async function foldersIn(parentId: string | null): Promise<File[]> {
  const folders: File[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(listFiles, { query: { parentId: parentId ?? undefined, limit: 500, cursor } });
    folders.push(...page.items.filter((item) => item.kind === "folder"));
    if (page.items.some((item) => item.kind === "file")) break;
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return folders;
}

/** Chooses a folder from a tree, for those who do not drag. */
export function MoveDialog({ request, onClose, onChoose }: MoveDialogProps) {
  const t = useTranslations("files");
  const common = useTranslations("common");
  const client = useQueryClient();
  const [target, setTarget] = useState<Target>({ id: null, name: t("root") });
  const [adding, setAdding] = useState(false);
  const [problem, setProblem] = useState("");
  const moving = new Set(request?.mode === "move" ? request.files.map((file) => file.id) : []);

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
      setProblem("");
    } catch (error) {
      setProblem(problemOf(error).message);
    }
  };
  const count = request?.files.length ?? 0;
  const [first] = request?.files ?? [];
  const what = count === 1 && first ? first.name : t("items", { count });
  return (
    <Dialog
      open={request !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t(request?.mode === "copy" ? "copyTitle" : "moveTitle", { what })}
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
          <Button
            variant="primary"
            onClick={() => {
              if (request) onChoose(request, target);
              onClose();
            }}
          >
            {t(request?.mode === "copy" ? "copyHere" : "moveHere")}
          </Button>
        </>
      }
    >
      <ul role="tree" aria-label={t("folders")} className="h-[min(22rem,50dvh)] overflow-y-auto rounded-lg border p-1">
        <TreeItem
          node={{ id: null, name: t("root") }}
          level={1}
          target={target}
          onTarget={setTarget}
          hidden={moving}
          startOpen
        />
      </ul>
      {adding && (
        <input
          // biome-ignore lint/a11y/noAutofocus: it appears because somebody asked for it
          autoFocus
          aria-label={t("folderName")}
          placeholder={t("newFolderIn", { folder: target.name })}
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

type TreeItemProps = {
  node: Target;
  level: number;
  target: Target;
  onTarget: (target: Target) => void;
  hidden: ReadonlySet<string>;
  startOpen?: boolean;
};

function TreeItem({ node, level, target, onTarget, hidden, startOpen = false }: TreeItemProps) {
  const t = useTranslations("files");
  const [open, setOpen] = useState(startOpen);
  const query = useQuery({ queryKey: keys.folders(node.id), queryFn: () => foldersIn(node.id), enabled: open });
  const chosen = target.id === node.id;
  const focusBy = (element: HTMLElement, step: number) => {
    const all = [...(element.closest("[role=tree]")?.querySelectorAll<HTMLElement>("[data-node]") ?? [])];
    all[all.indexOf(element) + step]?.focus();
  };
  return (
    <li
      role="treeitem"
      data-node=""
      aria-expanded={open}
      aria-selected={chosen}
      aria-level={level}
      aria-label={node.name}
      tabIndex={chosen ? 0 : -1}
      onFocus={(event) => {
        event.stopPropagation();
        onTarget(node);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "ArrowRight" && open) focusBy(event.currentTarget, 1);
        else if (event.key === "ArrowRight") setOpen(true);
        else if (event.key === "ArrowLeft") setOpen(false);
        else if (event.key === "ArrowDown") focusBy(event.currentTarget, 1);
        else if (event.key === "ArrowUp") focusBy(event.currentTarget, -1);
        else return;
        event.preventDefault();
      }}
      className="list-none outline-none focus-visible:[&>div]:outline-2 focus-visible:[&>div]:outline-accent"
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the item around it takes the keys */}
      <div
        onClick={(event) => {
          onTarget(node);
          event.currentTarget.parentElement?.focus();
        }}
        onDoubleClick={() => setOpen(!open)}
        style={{ paddingLeft: (level - 1) * 18 + 2 }}
        className={cn(
          "flex h-9 cursor-default select-none items-center gap-1.5 rounded-md pr-2 -outline-offset-2",
          chosen ? "bg-selected" : "hover:bg-hover",
        )}
      >
        <span
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            setOpen(!open);
          }}
          className="grid size-7 place-items-center rounded-md hover:bg-line"
        >
          {query.isFetching && !query.data ? (
            <Spinner className="size-3.5" />
          ) : (
            <ChevronRight className={cn("size-4 text-ink-muted transition-transform", open && "rotate-90")} />
          )}
        </span>
        {node.id === null ? <House className="size-4.5 text-ink-muted" /> : <FolderGlyph className="size-5" />}
        <span className="truncate">{node.name}</span>
      </div>
      {open && (
        <ul role="group">
          {query.error && <li className="py-1 pl-9 text-danger text-sm">{problemOf(query.error).message}</li>}
          {query.data
            ?.filter((folder) => !hidden.has(folder.id))
            .map((folder) => (
              <TreeItem
                key={folder.id}
                node={folder}
                level={level + 1}
                target={target}
                onTarget={onTarget}
                hidden={hidden}
              />
            ))}
          {level === 1 && query.data?.length === 0 && (
            <li className="py-1 pl-9 text-ink-muted text-sm">{t("noFolders")}</li>
          )}
        </ul>
      )}
    </li>
  );
}
