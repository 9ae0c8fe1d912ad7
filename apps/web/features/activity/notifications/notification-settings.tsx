"use client";

import type { NotificationSettings as Settings } from "@holdfast/contract";
import { updateNotificationSettings } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { ErrorState } from "@/components/feedback/state";
import { LabelledSelect } from "@/components/form/select";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { useAct } from "@/lib/request/use-act";
import { settingsKey, useNotificationSettings } from "./queries";

const digests = ["at-once", "hourly", "daily", "never"] as const;
type Kind = Settings["kinds"][number];
type Change = { digest?: Settings["digest"]; kind?: Kind };

function changed(settings: Settings, { digest = settings.digest, kind }: Change): Settings {
  return { ...settings, digest, kinds: settings.kinds.map((one) => (one.kind === kind?.kind ? kind : one)) };
}

/** What a user is told of in the page and by email, and how often by email. */
export function NotificationSettings() {
  const t = useTranslations("activity.settings");
  const query = useNotificationSettings();
  const client = useQueryClient();
  const act = useAct(keys.notifications);
  if (query.isPending) return <div className="skeleton h-64" />;
  if (query.error) {
    const retry = () => void query.refetch();
    return <ErrorState title={t("notLoaded")} error={query.error} onRetry={retry} className="py-4" />;
  }
  const { digest, mail, kinds } = query.data;
  /** Shown at once; what the server says comes after it. */
  const save = (change: Change) => {
    client.setQueryData(settingsKey, changed(query.data, change));
    const { digest: how, kind } = change;
    const body = { ...(how ? { digest: how } : {}), ...(kind ? { kinds: [kind] } : {}) };
    void act(() => call(updateNotificationSettings, { body }), t("saved"));
  };
  return (
    <div className="flex flex-col gap-5">
      {mail ? (
        <LabelledSelect
          label={t("digest")}
          value={digest}
          onValueChange={(next) => save({ digest: next })}
          items={digests.map((value) => ({ value, label: t(`digests.${value}`) }))}
          className="w-full sm:w-72"
        />
      ) : (
        <p className="text-ink-muted text-sm">{t("noMail")}</p>
      )}
      <table className="w-full text-sm">
        <caption className="sr-only">{t("caption")}</caption>
        <thead>
          <tr className="border-b text-ink-muted text-xs">
            <th scope="col" className="py-2 text-left font-medium">
              {t("what")}
            </th>
            <th scope="col" className="w-16 py-2 font-medium">
              {t("page")}
            </th>
            {mail && (
              <th scope="col" className="w-16 py-2 font-medium">
                {t("mail")}
              </th>
            )}
          </tr>
        </thead>
        <tbody className="divide-y">
          {kinds.map((one) => (
            <tr key={one.kind}>
              <th scope="row" className="py-1 text-left font-normal">
                {t(`kinds.${one.kind}` as "kinds.comment.added")}
              </th>
              <Cell one={one} channel="page" onChange={(page) => save({ kind: { ...one, page } })} />
              {mail && (
                <Cell
                  one={one}
                  channel="mail"
                  disabled={digest === "never"}
                  onChange={(on) => save({ kind: { ...one, mail: on } })}
                />
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

type CellProps = { one: Kind; channel: "page" | "mail"; disabled?: boolean; onChange: (on: boolean) => void };

function Cell({ one, channel, disabled, onChange }: CellProps) {
  const t = useTranslations("activity.settings");
  const kind = t(`kinds.${one.kind}` as "kinds.comment.added");
  return (
    <td className="text-center">
      <label className="inline-grid size-9 cursor-pointer place-items-center">
        <input
          type="checkbox"
          aria-label={`${kind}: ${t(channel)}`}
          checked={one[channel]}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.checked)}
          className="size-4.5 accent-accent"
        />
      </label>
    </td>
  );
}
