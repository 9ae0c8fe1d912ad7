"use client";

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, House } from "lucide-react";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Spinner } from "@/components/button/button";
import { FileName } from "@/components/text/file-name";
import { FolderGlyph } from "@/features/entries/kind/file-icon";
import { problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { keys } from "@/lib/query";
import { foldersIn, type Target } from "./targets";

type TreeProps = {
  target: Target;
  onTarget: (target: Target) => void;
  /** What is being moved: it cannot go into itself. */
  moving: ReadonlySet<string>;
  /** Ids of the folders that begin open. */
  open: ReadonlySet<string | null>;
};

/** @param root where the space of what is moved or copied begins */
export function FolderTree({ root, ...props }: TreeProps & { root: Target }) {
  const t = useTranslations("files");
  return (
    <ul role="tree" aria-label={t("folders")} className="h-full overflow-y-auto p-1">
      <TreeItem {...props} node={root} level={1} within={false} />
    </ul>
  );
}

type TreeItemProps = TreeProps & {
  node: Target;
  level: number;
  /** Inside of what is being moved. */
  within: boolean;
};

function TreeItem({ node, level, within, ...tree }: TreeItemProps) {
  const { target, onTarget, moving } = tree;
  const t = useTranslations("files");
  const [open, setOpen] = useState(tree.open.has(node.id));
  const query = useQuery({ queryKey: keys.folders(node.id), queryFn: () => foldersIn(node.id), enabled: open });
  const disabled = within || (node.id !== null && moving.has(node.id));
  const chosen = target.id === node.id;
  const item = useRef<HTMLLIElement>(null);
  const beganChosen = useRef(chosen);
  useEffect(() => {
    if (beganChosen.current) item.current?.scrollIntoView({ block: "center" });
  }, []);
  const focusBy = (element: HTMLElement, step: number) => {
    const all = [...(element.closest("[role=tree]")?.querySelectorAll<HTMLElement>("[data-node]") ?? [])];
    all[all.indexOf(element) + step]?.focus();
  };
  const choose = () => {
    if (!disabled) onTarget(node);
  };
  return (
    <li
      ref={item}
      role="treeitem"
      data-node=""
      aria-expanded={disabled ? undefined : open}
      aria-selected={chosen}
      aria-disabled={disabled || undefined}
      aria-level={level}
      aria-label={node.name}
      tabIndex={chosen ? 0 : -1}
      onFocus={(event) => {
        event.stopPropagation();
        choose();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "ArrowRight" && open) focusBy(event.currentTarget, 1);
        else if (event.key === "ArrowRight") setOpen(!disabled);
        else if (event.key === "ArrowLeft" && open) setOpen(false);
        else if (event.key === "ArrowLeft")
          event.currentTarget.parentElement?.closest<HTMLElement>("[data-node]")?.focus();
        else if (event.key === "ArrowDown") focusBy(event.currentTarget, 1);
        else if (event.key === "ArrowUp") focusBy(event.currentTarget, -1);
        else return;
        event.preventDefault();
      }}
      className="list-none outline-none focus-visible:[&>div]:outline-2 focus-visible:[&>div]:outline-accent"
    >
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- the item around it has the role and takes the keys */}
      <div
        onClick={(event) => {
          choose();
          event.currentTarget.parentElement?.focus();
        }}
        onDoubleClick={() => setOpen(!open && !disabled)}
        style={{ paddingLeft: (level - 1) * 18 + 2 }}
        className={cn(
          "flex h-9 cursor-default select-none items-center gap-1.5 rounded-md pr-2 -outline-offset-2",
          chosen ? "bg-selected" : !disabled && "hover:bg-hover",
          disabled && "opacity-50",
        )}
      >
        <span
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation();
            setOpen(!open && !disabled);
          }}
          className={cn("grid size-7 place-items-center rounded-md hover:bg-line", disabled && "invisible")}
        >
          {query.isFetching && !query.data ? (
            <Spinner className="size-3.5" />
          ) : (
            <ChevronRight className={cn("size-4 text-ink-muted transition-transform", open && "rotate-90")} />
          )}
        </span>
        {level === 1 ? <House className="size-4.5 text-ink-muted" /> : <FolderGlyph className="size-5" />}
        <FileName name={node.name} />
      </div>
      {open && query.error && <p className="py-1 pl-9 text-danger text-sm">{problemOf(query.error).message}</p>}
      {open && level === 1 && query.data?.length === 0 && (
        <p className="py-1 pl-9 text-ink-muted text-sm">{t("noFolders")}</p>
      )}
      {open && query.data && query.data.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the items below an item of a tree are a group by this role
        <ul role="group">
          {query.data.map((folder) => (
            <TreeItem key={folder.id} {...tree} node={folder} level={level + 1} within={disabled} />
          ))}
        </ul>
      )}
    </li>
  );
}
