"use client";

import type { File } from "@holdfast/contract";
import { getFile } from "@holdfast/contract/client";
import { useSearchParams } from "next/navigation";
import { useEffect, useEffectEvent } from "react";
import { call } from "@/lib/api";
import { useFailure } from "@/lib/use-failure";

/** Opens what the address asks for, once: the details of a file (`?details=`), or what is said about it (`?comments=`). */
export function AskedDetails({ onFile }: { onFile: (file: File, tab: "details" | "comments") => void }) {
  const params = useSearchParams();
  const comments = params.get("comments");
  const id = comments ?? params.get("details");
  const fail = useFailure();
  const open = useEffectEvent(async (asked: string) => {
    try {
      onFile(await call(getFile, { params: { id: asked } }), comments === null ? "details" : "comments");
    } catch (error) {
      fail(error);
    }
  });
  useEffect(() => {
    if (id === null) return;
    window.history.replaceState(null, "", window.location.pathname);
    void open(id);
  }, [id]);
  return null;
}
