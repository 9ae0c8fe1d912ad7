"use client";

import { ChevronDown, Pause, Play, RotateCw, X } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo, useState, useSyncExternalStore } from "react";
import { Button } from "@/components/button/button";
import { IconButton } from "@/components/button/icon-button";
import { Progress } from "@/components/feedback/progress";
import { useConfirm } from "@/components/overlay/confirm";
import { Tabs } from "@/components/page/tabs";
import { folderPath } from "@/features/files/navigation/links";
import { openFolder } from "@/features/files/navigation/navigation";
import { reveal } from "@/features/files/navigation/reveal";
import { cn } from "@/lib/cn";
import type { UploadEngine } from "../engine";
import type { UploadItem, UploadStatus } from "../types";
import { LostUploads } from "./lost-uploads";
import { RefusedUploads } from "./refused-uploads";
import { TrayList } from "./tray-list";
import { Announcer, Summary, WhyPaused } from "./tray-summary";
import { useRefused } from "./use-refused";

type Tab = "active" | "done" | "failed";

const tabOf: Record<UploadStatus, Tab> = {
  waiting: "active",
  sending: "active",
  paused: "active",
  conflict: "active",
  done: "done",
  skipped: "done",
  failed: "failed",
  lost: "failed",
};

/** What is being uploaded: over every page, until somebody closes it. */
export function UploadTray({ engine }: { engine: UploadEngine }) {
  const t = useTranslations("uploads");
  const router = useRouter();
  const pathname = usePathname();
  const confirm = useConfirm();
  const { store, scheduler } = engine;
  const version = useSyncExternalStore(store.subscribe, store.getSnapshot, () => 0);
  const [open, setOpen] = useState(true);
  const totals = useMemo(() => {
    void version;
    return store.totals();
  }, [store, version]);
  const { counts } = totals;
  const active = counts.waiting + counts.sending + counts.paused + counts.conflict;
  const finished = counts.done + counts.skipped;
  const failed = counts.failed + counts.lost;
  const all = active + finished + failed;

  // What matters most shows by itself; what somebody chose stays until uploads begin or end.
  const busy = active > 0;
  const [chosen, setChosen] = useState<{ tab: Tab; busy: boolean } | null>(null);
  const tab = chosen?.busy === busy ? chosen.tab : busy ? "active" : failed > 0 ? "failed" : "done";

  const items = useMemo(() => {
    void version;
    if (!open) return [];
    const list = [...store.items.values()].filter((item) => tabOf[item.status] === tab);
    // What moves comes first.
    return tab === "active"
      ? [...list.filter((item) => item.status === "sending"), ...list.filter((item) => item.status !== "sending")]
      : list;
  }, [store, version, tab, open]);

  const [dismissed, setDismissed] = useState(0);
  const refused = useRefused(engine, version);
  // Closed is closed until there is another one, or the page is loaded again.
  const waiting = refused.length > dismissed ? refused.length : 0;

  if (all === 0 && store.reading === 0 && waiting === 0) return null;

  const close = async () => {
    if (active > 0) {
      const yes = await confirm({
        title: t("cancelTitle"),
        body: t("cancelBody", { count: active }),
        action: t("cancelAll"),
        danger: true,
      });
      if (!yes) return;
    }
    engine.cancelAll();
    setDismissed(refused.length);
  };
  const show = ({ fileId, folderId }: UploadItem) => {
    if (!fileId || folderId === undefined) return;
    reveal({ id: fileId, folderId });
    if (pathname.startsWith("/files")) openFolder(folderId);
    else router.push(folderPath(folderId));
  };
  const reason = scheduler.pauseReason;
  const activeTitle = reason
    ? reason.code === "quota_exceeded" || reason.code === "disk_full"
      ? `${reason.code}Title`
      : "pausedTitle"
    : scheduler.paused
      ? "pausedTitle"
      : scheduler.reach.away
        ? "awayTitle"
        : "activeTitle";
  const title =
    store.reading > 0
      ? t("readingFolders", { count: all })
      : active > 0
        ? t(activeTitle, { count: active })
        : failed + waiting > 0
          ? t("failedTitle", { count: failed + waiting })
          : t("doneTitle", { count: finished });

  return (
    <section
      aria-label={t("title")}
      className="fixed inset-x-2 bottom-[calc(3.75rem+env(safe-area-inset-bottom))] z-30 flex flex-col overflow-hidden rounded-2xl bg-raised shadow-float sm:inset-x-auto sm:right-4 sm:w-[26rem] md:bottom-4"
    >
      <div className="flex items-center gap-1 py-2 pr-2 pl-4">
        <div className="min-w-0 flex-1">
          <h2 className="truncate font-semibold text-sm">{title}</h2>
          {!reason && (
            <p className="truncate text-ink-muted text-xs tabular-nums">
              {all === 0 ? t("refusedBody") : <Summary totals={totals} engine={engine} active={active} />}
            </p>
          )}
        </div>
        {active > 0 && (
          <IconButton
            label={t(scheduler.paused ? "resume" : "pause")}
            spoken={t(scheduler.paused ? "resumeAll" : "pauseAll")}
            size="icon-sm"
            onClick={() => (scheduler.paused ? scheduler.resume() : scheduler.pause())}
          >
            {scheduler.paused ? <Play /> : <Pause />}
          </IconButton>
        )}
        <IconButton
          label={t(open ? "collapse" : "expand")}
          size="icon-sm"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <ChevronDown className={cn("transition-transform", !open && "rotate-180")} />
        </IconButton>
        <IconButton label={t(active > 0 ? "cancelAll" : "closeTray")} size="icon-sm" onClick={() => void close()}>
          <X />
        </IconButton>
      </div>
      {reason && <WhyPaused reason={reason} />}
      {active > 0 && (
        <Progress
          className="h-1 rounded-none"
          label={t("title")}
          value={totals.bytes > 0 ? totals.sent / totals.bytes : finished / Math.max(1, all)}
        />
      )}
      {open && (
        <>
          {waiting > 0 && <RefusedUploads uploads={refused} />}
          {counts.lost > 0 && <LostUploads engine={engine} count={counts.lost} />}
          {all > 0 && (
            <Tabs
              label={t("title")}
              value={tab}
              onValueChange={(next) => setChosen({ tab: next, busy })}
              tabs={[
                { value: "active", label: t("tabActive", { count: active }) },
                { value: "done", label: t("tabDone", { count: finished }) },
                { value: "failed", label: t("tabFailed", { count: failed }) },
              ]}
            >
              <TrayList engine={engine} items={items} total={all} empty={t(`empty.${tab}`)} onShow={show} />
            </Tabs>
          )}
          {counts.failed > 0 && tab === "failed" && (
            <div className="border-t p-2">
              <Button size="sm" variant="ghost" onClick={() => engine.retry(store.withStatus("failed"))}>
                <RotateCw />
                {t("retryAll")}
              </Button>
            </div>
          )}
          {store.unreadable.length > 0 && (
            <p className="border-t px-4 py-2 text-danger text-xs">
              {t("unreadable", { count: store.unreadable.length, name: store.unreadable[0] ?? "" })}
            </p>
          )}
        </>
      )}
      <Announcer active={active} done={counts.done} failed={counts.failed} />
    </section>
  );
}
