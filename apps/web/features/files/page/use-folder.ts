"use client";

import { getFile } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { openFolder, useFolderId } from "../navigation/navigation";

/** The folder that the address names, and the way to it. */
export function useFolder() {
  const t = useTranslations("files");
  const id = useFolderId();
  const { data, error } = useQuery({
    queryKey: keys.file(id ?? "root"),
    queryFn: () => call(getFile, { params: { id: id ?? "" } }),
    enabled: id !== null,
  });
  const crumbs = useMemo(() => {
    const root = { id: null, name: t("root") };
    if (id === null) return [root];
    if (!data) return [root, { id, name: "…" }];
    return [root, ...data.ancestors, { id, name: data.name }];
  }, [id, data, t]);
  const goUp = () => {
    if (id) openFolder(crumbs.at(-2)?.id ?? null);
  };
  return { id, name: crumbs.at(-1)?.name ?? t("root"), crumbs, error, goUp };
}

export type Folder = ReturnType<typeof useFolder>;
