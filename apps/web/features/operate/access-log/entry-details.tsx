import type { AccessEntry } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { Button } from "@/components/button/button";
import { Dialog } from "@/components/overlay/dialog";
import { Time, TimeRange } from "@/components/text/time";
import { agentName } from "@/lib/agent";
import { formatBytes } from "@/lib/format";
import { type Filters, whoOf } from "./filters";
import { strangerKey, useSentence } from "./use-sentence";

type EntryDetailsProps = {
  entry: AccessEntry | null;
  onFilter: (change: Partial<Filters>) => void;
  onClose: () => void;
};

/** Everything that an entry holds, and the ways on from it. */
export function EntryDetails({ entry, onFilter, onClose }: EntryDetailsProps) {
  const t = useTranslations("accessLog");
  return (
    <Dialog
      open={entry !== null}
      onOpenChange={(open) => !open && onClose()}
      title={t("detailsTitle")}
      className="sm:max-w-xl"
    >
      {entry && <Details entry={entry} onFilter={onFilter} />}
    </Dialog>
  );
}

function Details({ entry, onFilter }: { entry: AccessEntry; onFilter: EntryDetailsProps["onFilter"] }) {
  const t = useTranslations("accessLog");
  const sentence = useSentence();
  const who = whoOf(entry);
  const name = who?.name ?? t(`who.${strangerKey(entry)}`);
  const { targetId, targetName, via, ip, userAgent, bytes, detail } = entry;
  const target = targetName ?? targetId ?? "";
  const facts: [string, ReactNode][] = [
    [
      "time",
      entry.times > 1 ? (
        <TimeRange key="time" from={entry.occurredAt} to={entry.lastAt} />
      ) : (
        <Time key="time" at={entry.occurredAt} style="full" />
      ),
    ],
    ["times", entry.times > 1 ? t("times", { count: entry.times }) : null],
    ["actor", entry.actorEmail ?? name],
    ["actorId", entry.actorId],
    ["as", via && (t.has(`via.${via}`) ? t(`via.${via}`) : via)],
    ["action", <code key="action">{entry.action}</code>],
    ["result", t(`outcome.${entry.outcome}`)],
    ["item", targetName],
    ["itemId", targetId],
    ["address", ip],
    ["program", userAgent && `${agentName(userAgent)} (${userAgent})`],
    ["bytes", bytes === null ? null : formatBytes(bytes)],
    ["request", entry.requestId],
    ["id", entry.id],
  ];
  return (
    <>
      <p className="mb-4 text-ink [overflow-wrap:anywhere]">{sentence(entry, name, target)}</p>
      <dl className="grid gap-x-4 gap-y-2 text-sm sm:grid-cols-[8rem_minmax(0,1fr)]">
        {facts.map(([key, value]) =>
          value ? (
            <div key={key} className="contents">
              <dt className="text-ink-muted max-sm:-mb-1.5">{t(`field.${key}`)}</dt>
              <dd className="select-text [overflow-wrap:anywhere]">{value}</dd>
            </div>
          ) : null,
        )}
        {Object.entries(detail ?? {}).map(([key, value]) => (
          <div key={`detail ${key}`} className="contents">
            <dt className="text-ink-muted [overflow-wrap:anywhere] max-sm:-mb-1.5">
              <code>{key}</code>
            </dt>
            <dd className="select-text [overflow-wrap:anywhere]">
              {typeof value === "object" ? JSON.stringify(value) : String(value)}
            </dd>
          </div>
        ))}
      </dl>
      <div className="mt-5 flex flex-wrap gap-2 border-t pt-4">
        {who && <Button onClick={() => onFilter({ actor: who })}>{t("onlyUser")}</Button>}
        {targetId && (
          <Button onClick={() => onFilter({ target: { id: targetId, name: target } })}>{t("onlyItem")}</Button>
        )}
        {ip && <Button onClick={() => onFilter({ ip })}>{t("onlyAddress")}</Button>}
      </div>
    </>
  );
}
