import type { AccessEntry } from "@holdfast/contract";
import { ChevronRight } from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "@/components/button/icon-button";
import { Badge } from "@/components/text/badge";
import { Time } from "@/components/text/time";
import { formatBytes } from "@/lib/format";
import { type Filters, whoOf } from "./filters";
import { strangerKey, useSentence } from "./use-sentence";

type EntryRowProps = { entry: AccessEntry; onFilter: (change: Partial<Filters>) => void; onOpen: () => void };

const wordClass = "rounded-sm font-medium text-ink [overflow-wrap:anywhere] hover:underline text-left";

/** One line of the log: a sentence whose person and item filter, and beneath it where from and how much. */
export function EntryRow({ entry, onFilter, onOpen }: EntryRowProps) {
  const t = useTranslations("accessLog");
  const sentence = useSentence();
  const { targetId, targetName, ip, outcome, times, bytes, via, occurredAt } = entry;
  const who = whoOf(entry);
  const shown = targetName ?? targetId ?? "";
  return (
    <li className="flex items-start gap-3 px-4 py-2.5 sm:px-6">
      <div className="min-w-0 flex-1">
        <p className="text-ink-muted leading-6 [overflow-wrap:anywhere]">
          {sentence(
            entry,
            who ? (
              <button
                type="button"
                className={wordClass}
                title={t("onlyUser")}
                onClick={() => onFilter({ actor: who })}
              >
                {who.name}
              </button>
            ) : (
              <span className="font-medium text-ink">{t(`who.${strangerKey(entry)}`)}</span>
            ),
            targetId ? (
              <button
                type="button"
                className={wordClass}
                title={t("onlyItem")}
                onClick={() => onFilter({ target: { id: targetId, name: shown } })}
              >
                {shown}
              </button>
            ) : (
              <span className="font-medium text-ink">{shown}</span>
            ),
          )}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-ink-muted text-xs leading-5">
          {outcome !== "ok" && (
            <Badge tone={outcome === "refused" ? "warning" : "danger"}>{t(`outcome.${outcome}`)}</Badge>
          )}
          <span className="sm:hidden">
            <Time at={occurredAt} style="full" />
          </span>
          {ip && (
            <button
              type="button"
              className="min-h-6 rounded-sm tabular-nums hover:text-ink hover:underline"
              title={t("onlyAddress")}
              onClick={() => onFilter({ ip })}
            >
              {ip}
            </button>
          )}
          {via && via !== "session" && who && <span>{t.has(`via.${via}`) ? t(`via.${via}`) : via}</span>}
          {bytes !== null && <span className="tabular-nums">{formatBytes(bytes)}</span>}
          {times > 1 && <span>{t("times", { count: times })}</span>}
        </p>
      </div>
      <span className="hidden w-52 shrink-0 pt-0.5 text-right text-ink-muted text-xs leading-5 sm:block">
        <Time at={occurredAt} style="full" />
      </span>
      <IconButton label={t("details")} size="icon-sm" className="text-ink-muted" onClick={onOpen}>
        <ChevronRight />
      </IconButton>
    </li>
  );
}
