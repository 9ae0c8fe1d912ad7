"use client";

import { getFile } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useMemo } from "react";
import { useSession } from "@/features/auth/session";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { type Crumb, openFolder, useFolderId } from "../navigation/navigation";

/** The folder that the address names, and the way to it. */
export function useFolder() {
  const t = useTranslations("files");
  const router = useRouter();
  const { user } = useSession();
  const id = useFolderId();
  const { data, error } = useQuery({
    queryKey: keys.file(id ?? "root"),
    queryFn: () => call(getFile, { params: { id: id ?? "" } }),
    enabled: id !== null,
  });
  const crumbs = useMemo((): Crumb[] => {
    if (id === null) return [{ id: null, name: t("root") }];
    if (!data)
      return [
        { id: null, name: t("root") },
        { id, name: "…" },
      ];
    const { owner } = data;
    // What is a team's begins with the team.
    const root =
      owner.kind === "team"
        ? { id: owner.id, name: owner.name }
        : user === undefined || owner.id === user?.id
          ? { id: null, name: t("root") }
          : { id: owner.id, name: t("sharedBy", { name: owner.name }), href: "/shared" };
    return root.id === id ? [root] : [root, ...data.ancestors, { id, name: data.name }];
  }, [id, data, user, t]);
  const goUp = () => {
    const above = crumbs.at(-2);
    if (above?.href) router.push(above.href);
    else if (id && data?.owner.id !== id) openFolder(above?.id ?? null);
  };
  const role = id === null ? "manager" : data?.role;
  const team = data?.owner.kind === "team" ? data.owner : null;
  return { id, name: crumbs.at(-1)?.name ?? t("root"), crumbs, error, goUp, role, team };
}

export type Folder = ReturnType<typeof useFolder>;
