"use client";

import type { Grantee, Group } from "@holdfast/contract";
import { addGroupMember, listGroupMembers, removeGroupMember } from "@holdfast/contract/client";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "@/components/button/icon-button";
import { LoadMore } from "@/components/feedback/load-more";
import { SkeletonRows } from "@/components/feedback/state";
import { Badge } from "@/components/text/badge";
import { call, problemOf } from "@/lib/api";
import { toast } from "@/lib/toast";
import { peopleKeys } from "../keys";
import { GranteeLine, PersonPicker } from "../members/person-picker";

/** Who is in a group; who came by a sign-in leaves by one as well. */
export function GroupMembers({ group }: { group: Group }) {
  const t = useTranslations("groups");
  const client = useQueryClient();
  const query = useInfiniteQuery({
    queryKey: peopleKeys.groupMembers(group.id),
    queryFn: ({ pageParam }) =>
      call(listGroupMembers, { params: { id: group.id }, query: { cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const members = query.data?.pages.flatMap((page) => page.items) ?? [];
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    try {
      await work();
      toast.success(done);
      await client.invalidateQueries({ queryKey: peopleKeys.all });
    } catch (error) {
      toast.error(problemOf(error).message);
    }
  };
  const add = ({ id, name }: Grantee) =>
    void attempt(() => call(addGroupMember, { params: { id: group.id }, body: { userId: id } }), t("added", { name }));
  return (
    <section aria-label={t("membersTitle")} className="mt-5 border-t pt-4">
      <h3 className="mb-2 font-semibold">{t("membersTitle")}</h3>
      <PersonPicker label={t("addMember")} onlyPeople onPick={add} />
      {query.isPending && <SkeletonRows rows={2} />}
      {query.data && members.length === 0 && <p className="mt-3 text-ink-muted text-sm">{t("noMembers")}</p>}
      {members.length > 0 && (
        <ul aria-label={t("membersTitle")} className="mt-3 divide-y rounded-xl border">
          {members.map(({ userId, email, displayName, fromClaim }) => (
            <li key={userId} className="flex items-center gap-3 px-3 py-2">
              <GranteeLine name={displayName || email} email={email} group={false} />
              {fromClaim && <Badge tone="neutral">{t("fromClaim")}</Badge>}
              <IconButton
                label={t("remove")}
                spoken={t("removeName", { name: displayName || email })}
                variant="danger-ghost"
                onClick={() =>
                  void attempt(
                    () => call(removeGroupMember, { params: { id: group.id, userId } }),
                    t("removed", { name: displayName || email }),
                  )
                }
              >
                <X />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} />
    </section>
  );
}
