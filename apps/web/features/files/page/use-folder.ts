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
    if (id === null) return [{ id: null, name: t("root") }];
    if (!data)
      return [
        { id: null, name: t("root") },
        { id, name: "…" },
      ];
    const { owner } = data;
    // What is a team's begins with the team.
    const root = owner.kind === "team" ? { id: owner.id, name: owner.name } : { id: null, name: t("root") };
    return root.id === id ? [root] : [root, ...data.ancestors, { id, name: data.name }];
  }, [id, data, t]);
  const goUp = () => {
    if (id && data?.owner.id !== id) openFolder(crumbs.at(-2)?.id ?? null);
  };
  const role = id === null ? "manager" : data?.role;
  const team = data?.owner.kind === "team" ? data.owner : null;
  return { id, name: crumbs.at(-1)?.name ?? t("root"), crumbs, error, goUp, role, team };
}

export type Folder = ReturnType<typeof useFolder>;
