"use client";

import type { AccessList, Grant } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { useSession } from "@/features/auth/session";
import { visibleName } from "@/lib/safe-name";
import { GranteeLine } from "../members/person-picker";
import { GrantControls } from "./grant-controls";

type RowsProps = { access: AccessList; fileName: string; folder: boolean; onLeft: () => void };

/** The owner, and everybody who was given something, the nearest first. */
export function AccessRows({ access, fileName, folder, onLeft }: RowsProps) {
  const t = useTranslations("people");
  const { user: me } = useSession();
  const { owner, items } = access;
  const called = (id: string, name: string) => (id === me?.id ? t("you", { name }) : name);
  return (
    <section aria-label={t("whoHasAccess")}>
      <h3 className="mb-1 font-semibold">{t("whoHasAccess")}</h3>
      <ul className="divide-y">
        <li className="flex min-h-13 flex-wrap items-center gap-3 py-2">
          <GranteeLine name={called(owner.id, owner.name)} email={null} group={owner.kind === "team"} />
          <span className="text-ink-muted text-sm">{t(owner.kind === "team" ? "team" : "owner")}</span>
        </li>
        {items.map((grant) => {
          const own = grant.grantee.id === me?.id;
          return (
            <li key={grant.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
              <span className="flex min-w-44 flex-1 items-center gap-3">
                <GranteeLine
                  name={called(grant.grantee.id, grant.grantee.name)}
                  email={grant.grantee.email}
                  group={grant.grantee.type === "group"}
                />
              </span>
              <GrantControls
                {...{ grant, fileName, folder, own, onLeft }}
                manages={access.role === "manager" && grant.from.kind === "here"}
              />
              <Facts grant={grant} />
            </li>
          );
        })}
      </ul>
      {!access.complete && <p className="pt-2 text-ink-muted text-sm">{t("incomplete")}</p>}
    </section>
  );
}

/** How large a group is, where a role comes from, and until when it counts. */
function Facts({ grant }: { grant: Grant }) {
  const t = useTranslations("people");
  const { from, grantee, expiresAt, expired } = grant;
  const source =
    from.kind === "here"
      ? null
      : from.kind === "space"
        ? t("fromSpace")
        : from.folder
          ? t("fromFolder", { name: visibleName(from.folder.name) })
          : t("fromAbove");
  if (!source && grantee.members === null && !expiresAt) return null;
  return (
    <p className="flex w-full flex-wrap items-center gap-x-3 pl-12 text-ink-muted text-xs">
      {grantee.members !== null && <span>{t("members", { count: grantee.members })}</span>}
      {source && <span>{source}</span>}
      {expired && <Badge tone="warning">{t("expired")}</Badge>}
      {expiresAt && (
        <span>
          {t("until")} <Time at={expiresAt} style="full" />
        </span>
      )}
    </p>
  );
}
