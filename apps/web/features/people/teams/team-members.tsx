"use client";

import type { FileRole, Grant, Grantee, Space } from "@holdfast/contract";
import { createGrant, deleteGrant, listGrants, updateGrant } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { LogOut, X } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { IconButton } from "@/components/button/icon-button";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Select } from "@/components/form/select";
import { useConfirm } from "@/components/overlay/confirm";
import { useSession } from "@/features/auth/session";
import { call, problemOf } from "@/lib/api";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";
import { GranteeLine, PersonPicker } from "../members/person-picker";

/** Strongest first. */
const roles = ["manager", "editor", "contributor", "viewer", "uploader"] as const;

/** Who is in a team. Its managers add people and groups, change their roles and take them out. */
export function TeamMembers({ team }: { team: Space }) {
  const t = useTranslations("teams");
  const { user: me } = useSession();
  const confirm = useConfirm();
  const client = useQueryClient();
  const router = useRouter();
  const [role, setRole] = useState<FileRole>("editor");
  const query = useQuery({
    queryKey: peopleKeys.members(team.id),
    queryFn: () => call(listGrants, { params: { id: team.id } }),
    enabled: team.role !== null,
  });
  const manages = team.role === "manager" && team.archivedAt === null;
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      toast.success(done);
      await client.invalidateQueries({ queryKey: peopleKeys.all });
      return true;
    } catch (error) {
      toast.error(problemOf(error).message);
      return false;
    }
  };
  const add = ({ type, id, name }: Grantee) => {
    const body = { granteeType: type, granteeId: id, role };
    void attempt(() => call(createGrant, { params: { id: team.id }, body }), t("added", { name }));
  };
  const change = (grant: Grant, next: FileRole) =>
    attempt(
      () => call(updateGrant, { params: { id: grant.id }, body: { role: next } }),
      t("changed", { name: grant.grantee.name, role: t(`role.${next}`) }),
    );
  const remove = async (grant: Grant) => {
    const own = grant.grantee.id === me?.id;
    const { name } = grant.grantee;
    const yes = await confirm({
      title: own ? t("leaveTitle", { team: team.name }) : t("removeTitle", { name, team: team.name }),
      body: t(own ? "leaveBody" : "removeBody"),
      action: t(own ? "leave" : "remove"),
      danger: true,
    });
    if (!yes) return;
    const gone = await attempt(
      () => call(deleteGrant, { params: { id: grant.id } }),
      own ? t("left", { team: team.name }) : t("removed", { name }),
    );
    if (gone && own) router.push("/teams");
  };
  if (team.role === null) return <p className="text-ink-muted">{t("notMember")}</p>;
  if (query.isPending) return <SkeletonRows rows={3} />;
  if (query.error)
    return <ErrorState title={t("membersNotLoaded")} error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <>
      {manages && (
        <section aria-label={t("add")} className="mb-5 flex flex-col gap-2 sm:flex-row sm:items-start">
          <div className="min-w-0 flex-1">
            <PersonPicker label={t("addField")} onPick={add} />
          </div>
          <Select label={t("addAs")} value={role} onValueChange={setRole} items={roleItems(t)} className="sm:w-44" />
        </section>
      )}
      <ul aria-label={t("tab.members")} className="divide-y rounded-xl border">
        {query.data.items.map((grant) => (
          <li key={grant.id} className="flex flex-wrap items-center gap-3 px-3 py-2.5 sm:px-4">
            <span className="flex min-w-36 flex-1 items-center gap-3">
              <GranteeLine
                name={grant.grantee.id === me?.id ? t("you", { name: grant.grantee.name }) : grant.grantee.name}
                email={grant.grantee.email}
                group={grant.grantee.type === "group"}
              />
            </span>
            <span className="ml-auto flex items-center gap-1">
              {manages ? (
                <Select
                  label={t("roleOf", { name: grant.grantee.name })}
                  value={grant.role}
                  onValueChange={(next) => next !== grant.role && void change(grant, next)}
                  items={roleItems(t)}
                  className="h-9 w-32 text-sm sm:w-40"
                />
              ) : (
                <span className="text-ink-muted text-sm">{t(`roleName.${grant.role}`)}</span>
              )}
              {grant.grantee.id === me?.id ? (
                <IconButton label={t("leave")} variant="danger-ghost" onClick={() => void remove(grant)}>
                  <LogOut />
                </IconButton>
              ) : (
                manages && (
                  <IconButton
                    label={t("remove")}
                    spoken={t("removeName", { name: grant.grantee.name })}
                    variant="danger-ghost"
                    onClick={() => void remove(grant)}
                  >
                    <X />
                  </IconButton>
                )
              )}
            </span>
          </li>
        ))}
      </ul>
      {manages && <p className="mt-3 text-ink-muted text-sm">{t("rolesHint")}</p>}
      {!query.data.complete && <p className="mt-3 text-ink-muted text-sm">{t("moreMembers")}</p>}
      {team.archivedAt && <p className="mt-3 text-ink-muted text-sm">{t("archivedHint")}</p>}
    </>
  );
}

const roleItems = (t: ReturnType<typeof useTranslations<"teams">>) =>
  roles.map((value) => ({ value, label: t(`roleName.${value}`) }));
