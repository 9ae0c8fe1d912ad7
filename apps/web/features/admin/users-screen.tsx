"use client";

import type { User } from "@holdfast/contract";
import { adminListUsers } from "@holdfast/contract/client";
import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { MailPlus, Search, UserPlus, Users } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Button } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Avatar } from "@/components/page/avatar";
import { PageHeader } from "@/components/page/page-header";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { useSession } from "@/features/auth/session";
import { call } from "@/lib/api";
import { formatBytes } from "@/lib/format";
import { keys } from "@/lib/query";
import { CreateUserDialog } from "./create-user";
import { EditUserDialog } from "./edit-user";
import { InviteDialog } from "./invite-user";
import { PeopleViews } from "./people-views";

export function UsersScreen() {
  const t = useTranslations("users");
  const invite = useTranslations("invite");
  const { user: me } = useSession();
  const [text, setText] = useState("");
  const [creating, setCreating] = useState(false);
  const [inviting, setInviting] = useState(false);
  const [editing, setEditing] = useState<User | null>(null);
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: keys.users(q),
    queryFn: ({ pageParam }) => call(adminListUsers, { query: { q: q || undefined, cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  });
  const users = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <PageHeader title={t("title")} body={t("body")}>
        <div className="relative max-sm:w-full">
          <Search aria-hidden="true" className="pointer-events-none absolute top-2.5 left-2.5 size-4 text-ink-muted" />
          <input
            value={text}
            onChange={(event) => setText(event.target.value)}
            aria-label={t("search")}
            placeholder={t("search")}
            className="h-9 w-full rounded-lg bg-sunken pr-3 pl-8.5 text-sm placeholder:text-ink-muted hover:bg-hover sm:w-52"
          />
        </div>
        <Button onClick={() => setInviting(true)}>
          <MailPlus />
          {invite("action")}
        </Button>
        <Button variant="primary" onClick={() => setCreating(true)}>
          <UserPlus />
          {t("add")}
        </Button>
      </PageHeader>
      <PeopleViews />
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : users.length === 0 ? (
        <EmptyState icon={<Users />} title={t("nobody", { query: q })} />
      ) : (
        <ul className="divide-y border-b">
          {users.map((user) => (
            <li key={user.id}>
              <button
                type="button"
                onClick={() => setEditing(user)}
                className="flex w-full items-center gap-3.5 px-4 py-2.5 text-left hover:bg-hover/60 focus-visible:-outline-offset-2 sm:px-6"
              >
                <Avatar user={user} />
                <span className="min-w-0 flex-1">
                  <span className="flex items-center gap-2">
                    <span className="truncate font-medium">{user.displayName || user.email}</span>
                    {user.role === "admin" && <Badge tone="accent">{t("role.admin")}</Badge>}
                    {user.status === "disabled" && <Badge tone="danger">{t("disabled")}</Badge>}
                    {user.status === "pending" && <Badge tone="accent">{t("pending")}</Badge>}
                    {user.id === me?.id && <span className="text-ink-muted text-xs max-sm:hidden">{t("you")}</span>}
                  </span>
                  <span className="block truncate text-ink-muted text-xs">{user.displayName ? user.email : null}</span>
                </span>
                <span className="hidden w-36 text-right text-ink-muted text-xs sm:block">
                  {user.lastSignInAt ? (
                    <>
                      {t("lastSignIn")} <Time at={user.lastSignInAt} />
                    </>
                  ) : (
                    t("neverSignedIn")
                  )}
                </span>
                <span className="w-28 text-right text-[0.8125rem] tabular-nums sm:w-36">
                  {formatBytes(user.usedBytes)}
                  <span className="block text-ink-muted text-xs">
                    {user.quotaBytes === null ? t("noQuota") : t("ofQuota", { quota: formatBytes(user.quotaBytes) })}
                  </span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <LoadMore query={query} />
      <InviteDialog open={inviting} onOpenChange={setInviting} />
      <CreateUserDialog open={creating} onOpenChange={setCreating} />
      <EditUserDialog key={editing?.id} user={editing} self={editing?.id === me?.id} onClose={() => setEditing(null)} />
    </>
  );
}
