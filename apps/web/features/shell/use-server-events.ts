"use client";

import type { ServerEvent } from "@holdfast/contract";
import { streamEvents } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { followCopies } from "@/features/files/copies/use-large-copies";
import { folderChanged } from "@/features/files/listing/listing";
import { peopleKeys } from "@/features/people/keys";
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
        for (const key of [keys.trash, ["folders"], ["file"], ["versions"], ["file-activity"], peopleKeys.teams])
          soon(key);
      } else if (event.type === "grants.changed") {
        // What is shown may no longer be one's to see: every open folder asks again.
        for (const key of [peopleKeys.all, ["file"], ["folders"], ["search"]]) soon(key);
        folderChanged(undefined);
      } else if (event.type === "copies.changed") {
        followCopies(client);
      } else if (event.type === "shares.changed") {
        soon(keys.shares());
        folderChanged(undefined);
      } else if (event.type === "maintenance.changed") {
        for (const key of [keys.settings, keys.maintenance, keys.health]) soon(key);
      } else if (event.type === "backups.changed") soon(keys.backups);
      else if (event.type === "alerts.changed") soon(keys.alerts);
      else if (event.type === "notifications.changed") soon(keys.notifications);
      else if (event.type === "comments.changed") {
        for (const key of [["comments", ...(event.id ? [event.id] : [])], ["file-activity"]]) soon(key);
      } else if (event.type === "session.ended" || event.type === "user.changed") soon(keys.session);
    };
    let reconnecting: ReturnType<typeof setTimeout> | undefined;
    function connect(): EventSource {
      const stream = new EventSource(urlOf(streamEvents, {}));
      stream.onmessage = (message) => {
        try {
          handle(JSON.parse(String(message.data)) as ServerEvent);
        } catch {
          // A newer server may say what this page does not know.
        }
      };
      stream.onerror = () => {
        broken = true;
        // The browser tries again by itself after a break, but not after an answer that is no stream, such as 503.
        if (stream.readyState !== EventSource.CLOSED) return;
        clearTimeout(reconnecting);
        reconnecting = setTimeout(() => {
          source = connect();
        }, 3000);
      };
      stream.onopen = () => {
        if (!broken) return;
        broken = false;
        folderChanged(undefined);
        void client.invalidateQueries();
      };
      return stream;
    }
    let source = connect();
    return () => {
      clearTimeout(reconnecting);
      source.close();
      for (const timer of timers.values()) clearTimeout(timer);
    };
  }, [enabled, client]);
}
