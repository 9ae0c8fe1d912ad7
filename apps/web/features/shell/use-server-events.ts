"use client";

import { type ServerEvent, streamEvents } from "@holdfast/contract";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { folderChanged } from "@/features/files/listing";
import { urlOf } from "@/lib/api";
import { keys } from "@/lib/query";

/** Keeps what is shown true: what changes elsewhere is read again. After a gap in the stream, everything. */
export function useServerEvents(enabled: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!enabled) return;
    let broken = false;
    const timers = new Map<string, ReturnType<typeof setTimeout>>();
    // A thousand uploads are a thousand events; one read a second is enough.
    const soon = (key: readonly unknown[]) => {
      const name = JSON.stringify(key);
      if (timers.has(name)) return;
      const timer = setTimeout(() => {
        timers.delete(name);
        void client.invalidateQueries({ queryKey: key });
      }, 1000);
      timers.set(name, timer);
    };
    const handle = (event: ServerEvent) => {
      if (event.type === "files.changed") {
        folderChanged(event.id === "root" ? null : event.id);
        for (const key of [keys.trash, ["folders"], ["file"], ["versions"]]) soon(key);
      } else if (event.type === "shares.changed") {
        soon(keys.shares());
        folderChanged(undefined);
      } else if (event.type === "backups.changed") soon(keys.backups);
      else if (event.type === "session.ended" || event.type === "user.changed") soon(keys.session);
    };
    const source = new EventSource(urlOf(streamEvents, {}));
    source.onmessage = (message) => {
      try {
        handle(JSON.parse(String(message.data)) as ServerEvent);
      } catch {
        // A newer server may say what this page does not know.
      }
    };
    source.onerror = () => {
      broken = true;
    };
    source.onopen = () => {
      if (!broken) return;
      broken = false;
      folderChanged(undefined);
      void client.invalidateQueries();
    };
    return () => {
      source.close();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [enabled, client]);
}
