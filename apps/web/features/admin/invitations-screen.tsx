"use client";

import type { Invitation } from "@holdfast/contract";
import { adminListInvitations, adminResendInvitation, adminRevokeInvitation } from "@holdfast/contract/client";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { MailPlus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { LoadMore } from "@/components/feedback/load-more";
import { EmptyState, ErrorState, SkeletonRows } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { Dialog } from "@/components/overlay/dialog";
import { PageHeader } from "@/components/page/page-header";
import { useSettings } from "@/features/auth/session";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { useFailure } from "@/lib/use-failure";
import { InvitationRow } from "./invitation-row";
import { InvitationLink, InviteDialog } from "./invite-user";
import { PeopleViews } from "./people-views";

/** Invitations that nobody has taken up yet: by whom and until when, to be sent once more or taken back. */
export function InvitationsScreen() {
  const t = useTranslations("invite");
  const users = useTranslations("users");
  const client = useQueryClient();
  const fail = useFailure();
  const confirm = useConfirm();
  const settings = useSettings();
  const [inviting, setInviting] = useState(false);
  const [made, setMade] = useState<{ email: string; link: string }>();
  const query = useInfiniteQuery({
    queryKey: keys.invitations,
    queryFn: ({ pageParam }) => call(adminListInvitations, { query: { cursor: pageParam, limit: 100 } }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  const invitations = query.data?.pages.flatMap((page) => page.items) ?? [];
  const canMail = settings.data?.mail ?? false;

  /** Whatever comes of it, the list may have changed: somebody has come in, or another administrator was here. */
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      fail(error, () => attempt(work));
    }
    await Promise.all([keys.invitations, ["users"]].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
  const resend = ({ id, email, byMail }: Invitation) =>
    attempt(async () => {
      const asLink = !canMail || byMail === false;
      const { link } = await call(adminResendInvitation, { params: { id }, body: { asLink } });
      if (link === null) toast.success(t("resent", { email }));
      else setMade({ email, link });
    });
  const revoke = async ({ id, email }: Invitation) => {
    const title = t("revokeTitle", { email });
    if (!(await confirm({ title, body: t("revokeBody"), action: t("revoke"), danger: true }))) return;
    await attempt(async () => {
      await call(adminRevokeInvitation, { params: { id } });
      toast.success(t("revoked"));
    });
  };
  return (
    <>
      <PageHeader title={users("title")} body={t("pageBody")}>
        <Button variant="primary" onClick={() => setInviting(true)}>
          <MailPlus />
          {t("action")}
        </Button>
      </PageHeader>
      <PeopleViews />
      {query.isPending ? (
        <SkeletonRows />
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : invitations.length === 0 ? (
        <EmptyState icon={<MailPlus />} title={t("none")} body={t("noneBody")} />
      ) : (
        <ul className="divide-y border-b">
          {invitations.map((invitation) => (
            <InvitationRow
              key={invitation.id}
              invitation={invitation}
              canMail={canMail}
              onResend={() => resend(invitation)}
              onRevoke={() => revoke(invitation)}
            />
          ))}
        </ul>
      )}
      <LoadMore query={query} />
      <InviteDialog open={inviting} onOpenChange={setInviting} />
      <Dialog open={made !== undefined} onOpenChange={(open) => !open && setMade(undefined)} title={t("newLinkTitle")}>
        {made && <InvitationLink {...made} onDone={() => setMade(undefined)} />}
      </Dialog>
    </>
  );
}
