"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { folderChanged } from "@/features/files/listing/listing";
import { keys } from "@/lib/query";
import { usePart, whenIdle, whenUsed } from "@/lib/when-used";
import { takeDrop, walkEntries, walkFiles, walkHandles } from "./collect";
import type { UploadEngine } from "./engine";
import { type Uploads, UploadsContext } from "./uploads-context";

const parts = whenUsed(() => import("./parts"));
const breathe = () => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Holds the uploads of the signed-in person above all pages, so that they survive going from one to the other. The engine comes after the
 * first view; what is dropped before that waits for it.
 */
export function UploadsProvider({ userId, children }: { userId: string | undefined; children: ReactNode }) {
  const client = useQueryClient();
  const [engine, setEngine] = useState<UploadEngine | null>(null);
  const [wanted, setWanted] = useState(false);
  const waiting = useRef<((engine: UploadEngine) => void)[]>([]);
  const loaded = usePart(parts, wanted);

  useEffect(() => {
    // What a reload interrupted is offered by itself, as soon as the page stands.
    if (userId) return whenIdle(() => setWanted(true));
  }, [userId]);

  useEffect(() => {
    if (!userId || !loaded) return;
    let storageTimer: ReturnType<typeof setTimeout> | undefined;
    const created = new loaded.UploadEngine(userId, (folderId) => {
      folderChanged(folderId);
      storageTimer ??= setTimeout(() => {
        storageTimer = undefined;
        void client.invalidateQueries({ queryKey: keys.session });
      }, 5000);
    });
    void created.restore();
    setEngine(created);
    for (const work of waiting.current.splice(0)) work(created);
    const warn = (event: BeforeUnloadEvent) => {
      const { counts } = created.store.totals();
      if (counts.waiting + counts.sending + counts.conflict > 0) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn);
    return () => {
      window.removeEventListener("beforeunload", warn);
      created.close();
    };
  }, [userId, loaded, client]);

  const value = useMemo<Uploads>(() => {
    const withEngine = (work: (engine: UploadEngine) => void) => {
      if (engine) return work(engine);
      waiting.current.push(work);
      setWanted(true);
    };
    const addDrop: Uploads["addDrop"] = (data, folderId, folderName) => {
      const { entries, handles } = takeDrop(data);
      if (entries.length === 0) return;
      withEngine((engine) => {
        const batch = engine.addBatch(folderId, folderName);
        engine.store.beginReading();
        void (async () => {
          const found = walkEntries(
            entries,
            (dir) => engine.addEmptyFolder(batch, dir),
            (path) => engine.store.couldNotRead(path),
          );
          for await (const portion of found) {
            engine.add(batch, portion);
            await breathe();
          }
          engine.store.endReading();
          const kept = await handles;
          if (kept.length > 0) engine.keepHandles(batch, kept);
        })();
      });
    };
    const addFiles: Uploads["addFiles"] = (files, folderId, folderName) => {
      if (files.length === 0) return;
      // The list belongs to the input, which is emptied right after: take the files out before the first pause.
      const portions = [...walkFiles(files)];
      withEngine((engine) => {
        const batch = engine.addBatch(folderId, folderName);
        void (async () => {
          for (const portion of portions) {
            engine.add(batch, portion);
            await breathe();
          }
        })();
      });
    };
    const continueLost: Uploads["continueLost"] = async () => {
      if (!engine) return false;
      let complete = true;
      for (const batch of engine.store.batches.values()) {
        if (engine.store.inBatch(batch.id, "lost").length === 0) continue;
        for (const handle of batch.handles ?? []) {
          const able = handle as FileSystemHandle & { requestPermission?: (mode: { mode: "read" }) => Promise<string> };
          if ((await able.requestPermission?.({ mode: "read" })) !== "granted") continue;
          for await (const portion of walkHandles([handle])) engine.match(portion);
        }
        complete &&= engine.store.inBatch(batch.id, "lost").length === 0;
      }
      return complete;
    };
    const matchFiles: Uploads["matchFiles"] = (files) => {
      let matched = 0;
      for (const portion of walkFiles(files)) matched += engine?.match(portion) ?? 0;
      return matched;
    };
    return { engine, addDrop, addFiles, continueLost, matchFiles };
  }, [engine]);

  return (
    <UploadsContext.Provider value={value}>
      {children}
      {engine && loaded && <loaded.UploadTray engine={engine} />}
      {engine && loaded && <loaded.ConflictDialog engine={engine} />}
    </UploadsContext.Provider>
  );
}
