"use client";

import { Dialog } from "@base-ui/react/dialog";
import type { User } from "@holdfast/contract";
import { keepPreviousData, queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { Command } from "cmdk";
import {
  Files,
  FolderPlus,
  Link2,
  LogOut,
  Monitor,
  Moon,
  Search,
  ShieldCheck,
  Sun,
  Trash2,
  Upload,
  UserRound,
} from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useDeferredValue, useRef, useState } from "react";
import { Spinner } from "@/components/button/button";
import { setTheme } from "@/components/page/theme";
import { FileName } from "@/components/text/file-name";
import { useSignOut } from "@/features/auth/session";
import { FileIcon } from "@/features/entries/kind/file-icon";
import { searchPage } from "@/features/entries/search/use-search";
import { askFor } from "@/features/files/navigation/asked";
import { folderPath } from "@/features/files/navigation/links";
import { openFolder } from "@/features/files/navigation/navigation";
import { revealFile } from "@/features/files/navigation/reveal";
import { pathAbove, searchPath } from "@/features/search/links";
import { problemOf } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { folderOf } from "@/lib/own-space";
import { keys } from "@/lib/query";
import { adminPages } from "./admin-pages";
import { usePick } from "./use-pick";

type PaletteProps = { open: boolean; onOpenChange: (open: boolean) => void; user: User };

/** Files and commands in one place, as one types. */
export function Palette({ open, onOpenChange, user }: PaletteProps) {
  const t = useTranslations("palette");
  const input = useRef<HTMLInputElement>(null);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fade fixed inset-0 z-50 bg-scrim" />
        <Dialog.Popup
          initialFocus={input}
          className="pop fixed inset-x-3 top-[max(0.75rem,8vh)] z-50 mx-auto max-w-xl overflow-hidden rounded-2xl bg-raised shadow-float outline-none"
        >
          <Dialog.Title className="sr-only">{t("title")}</Dialog.Title>
          <PaletteBody input={input} user={user} close={() => onOpenChange(false)} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

const searchOf = (q: string) =>
  queryOptions({
    queryKey: keys.search(q),
    queryFn: ({ signal }) => searchPage({ q, limit: shown }, signal),
  });

/** So many results leave the way to all of them, and the commands, in sight. */
const shown = 8;

/** The value of the entry that leads to the results page. */
const allResults = "all-results";

type BodyProps = { input: React.RefObject<HTMLInputElement | null>; user: User; close: () => void };

function PaletteBody({ input, user, close }: BodyProps) {
  const t = useTranslations("palette");
  const nav = useTranslations("nav");
  const router = useRouter();
  const pathname = usePathname();
  const signOut = useSignOut();
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const client = useQueryClient();
  const query = useQuery({ ...searchOf(q), enabled: q.length > 0, placeholderData: keepPreviousData });
  const go = (path: string) => {
    close();
    router.push(path);
  };
  const toFolder = (id: string | null) => {
    close();
    if (pathname.startsWith("/files")) openFolder(id);
    else router.push(folderPath(id));
  };
  /** In the folder that is open, or else in the first of all. */
  const inFiles = (what: "newFolder" | "upload") => {
    close();
    if (!pathname.startsWith("/files")) router.push("/files");
    askFor(what);
  };
  const allCommands = [
    { key: "newFolder", icon: <FolderPlus />, run: () => inFiles("newFolder") },
    { key: "upload", icon: <Upload />, run: () => inFiles("upload") },
    { key: "files", icon: <Files />, run: () => toFolder(null) },
    { key: "shares", icon: <Link2 />, run: () => go("/shares") },
    { key: "backups", icon: <ShieldCheck />, run: () => go("/backups") },
    { key: "trash", icon: <Trash2 />, run: () => go("/trash") },
    { key: "account", icon: <UserRound />, run: () => go("/account") },
    ...(user.role === "admin"
      ? adminPages.map(({ href, key, icon: Icon }) => ({ key, icon: <Icon />, run: () => go(href) }))
      : []),
    { key: "theme.light", icon: <Sun />, run: () => setTheme("light") },
    { key: "theme.dark", icon: <Moon />, run: () => setTheme("dark") },
    { key: "theme.system", icon: <Monitor />, run: () => setTheme("system") },
    { key: "signOut", icon: <LogOut />, run: () => void signOut() },
  ];
  const matches = (key: string, words: string) => nav(key).toLowerCase().includes(words.toLowerCase());
  const commands = allCommands.filter(({ key }) => matches(key, q));
  const results = q ? (query.data?.items ?? []) : [];
  const select = (file: (typeof results)[number]) => {
    if (file.kind === "folder") return toFolder(file.id);
    revealFile(file);
    toFolder(folderOf(file));
  };
  const runCommand = (command: (typeof commands)[number]) => {
    command.run();
    close();
  };
  // What is listed may still belong to fewer letters than were typed, or to none: Enter then means the first of what is coming.
  const settled = q === text.trim() && !(q && query.isFetching);
  const { picked, moved, ...picking } = usePick([
    ...results.map(({ id }) => id),
    ...(results.length > 0 ? [allResults] : []),
    ...commands.map(({ key }) => `command:${key}`),
  ]);
  const selectFirst = async () => {
    const typed = text.trim();
    const { items } = await client.fetchQuery(searchOf(typed));
    if (input.current?.value.trim() !== typed) return;
    const command = allCommands.find(({ key }) => matches(key, typed));
    if (items[0]) select(items[0]);
    else if (command) runCommand(command);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    picking.onKey(event.key);
    if (event.key !== "Enter" || settled || moved) return;
    event.preventDefault();
    // What fails is said where the results would be.
    selectFirst().catch(() => {});
  };
  const onType = (typed: string) => {
    setText(typed);
    picking.reset();
  };
  return (
    <Command
      shouldFilter={false}
      label={t("title")}
      loop
      vimBindings={false}
      value={picked}
      onValueChange={picking.onPick}
      onKeyDown={onKeyDown}
    >
      <div className="flex items-center gap-3 border-b px-4">
        {query.isFetching ? (
          <Spinner className="size-5 text-ink-muted" />
        ) : (
          <Search className="size-5 shrink-0 text-ink-muted" />
        )}
        <Command.Input
          ref={input}
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- who opens the search is going to type
          autoFocus
          value={text}
          onValueChange={onType}
          placeholder={t("placeholder")}
          className="h-13 w-full bg-transparent text-base outline-none placeholder:text-ink-muted"
        />
      </div>
      <Command.List onPointerMoveCapture={picking.onPointer} className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
        {query.error && (
          <p role="alert" className="px-3 py-6 text-center text-danger">
            {problemOf(query.error).message}
          </p>
        )}
        {q && !query.isFetching && !query.error && results.length === 0 && commands.length === 0 && (
          <p className="px-3 py-8 text-center text-ink-muted">{t("nothing", { query: q })}</p>
        )}
        {results.length > 0 && (
          <Command.Group heading={t("results")} className={group}>
            {results.map((file) => (
              <Command.Item key={file.id} value={file.id} onSelect={() => select(file)} className={item}>
                <FileIcon file={file} className="size-5" />
                <span className="min-w-0 flex-1">
                  <FileName name={file.name} className="leading-5" />
                  <span className="block truncate text-ink-muted text-xs leading-4">
                    <bdi>{pathAbove(file.filePath)}</bdi>
                  </span>
                </span>
                {file.kind === "file" && (
                  <span className="text-ink-muted text-xs tabular-nums">{formatBytes(file.fileSize)}</span>
                )}
              </Command.Item>
            ))}
            <Command.Item value={allResults} onSelect={() => go(searchPath(q))} className={item}>
              <Search />
              <span className="min-w-0 truncate">{t("allResults", { query: q })}</span>
            </Command.Item>
          </Command.Group>
        )}
        {commands.length > 0 && (
          <Command.Group heading={t("commands")} className={group}>
            {commands.map((command) => (
              <Command.Item
                key={command.key}
                value={`command:${command.key}`}
                onSelect={() => runCommand(command)}
                className={item}
              >
                {command.icon}
                {nav(command.key)}
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

const group =
  "[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-ink-muted [&_[cmdk-group-heading]]:text-xs";
const item =
  "flex min-h-10 cursor-default select-none items-center gap-3 rounded-lg px-2.5 py-1 data-[selected=true]:bg-hover [&>svg]:size-4.5 [&>svg]:shrink-0 [&>svg]:text-ink-muted";
