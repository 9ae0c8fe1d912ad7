"use client";

import type { File } from "@holdfast/contract";
import { listGrants } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { peopleKeys } from "../keys";
import { AccessRows } from "./access-rows";
import { AddPeople } from "./add-people";
import { InheritanceSwitch } from "./inheritance-switch";

type SectionProps = {
  file: Pick<File, "id" | "name" | "kind" | "parentId" | "spaceId">;
  /** What was one's own is given up. */
  onLeft: () => void;
};

/** Who has access, where it comes from, and what managers do about it. */
export function PeopleSection({ file, onLeft }: SectionProps) {
  const t = useTranslations("people");
  const query = useQuery({
    queryKey: peopleKeys.access(file.id),
    queryFn: () => call(listGrants, { params: { id: file.id } }),
  });
  if (query.isPending) return <SkeletonRows rows={2} />;
  if (query.error) {
    return (
      <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} className="py-4" />
    );
  }
  const access = query.data;
  const manages = access.role === "manager";
  const folder = file.kind === "folder";
  return (
    <div className="flex flex-col gap-4">
      {manages && <AddPeople fileId={file.id} name={file.name} folder={folder} />}
      <AccessRows access={access} fileName={file.name} folder={folder} onLeft={onLeft} />
      {manages && folder && (file.parentId !== null || access.owner.kind === "team") && file.id !== access.owner.id && (
        <InheritanceSwitch fileId={file.id} inherits={access.inherits} />
      )}
    </div>
  );
}
