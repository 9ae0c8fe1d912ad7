"use client";

import type { SetupSnapshot } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { ChoiceCard } from "@/components/form/choice-cards";
import { formatStamp } from "@/features/backups/work/when";
import { formatBytes } from "@/lib/format";

type SnapshotChoiceProps = { items: SetupSnapshot[]; place: string };

/** The backups of a place, the newest that can be restored chosen. A form's field: `snapshot`. */
export function SnapshotChoice({ items, place }: SnapshotChoiceProps) {
  const t = useTranslations("setup");
  const newest = items.find(({ problem }) => problem === null)?.id;
  if (items.length === 0) {
    return (
      <div>
        <h2 className="font-semibold">{t("noneTitle")}</h2>
        <p className="mt-1 text-ink-muted">{t("noneBody")}</p>
      </div>
    );
  }
  return (
    <fieldset className="min-w-0">
      <legend className="font-semibold">{t("choose")}</legend>
      <p className="mt-0.5 mb-3 break-all text-[0.8125rem] text-ink-muted">{place}</p>
      <div className="-mx-1 flex max-h-80 flex-col gap-2 overflow-y-auto px-1 py-1">
        {items.map((snapshot) => (
          <ChoiceCard
            key={snapshot.id}
            name="snapshot"
            value={snapshot.id}
            defaultChecked={snapshot.id === newest}
            disabled={snapshot.problem !== null}
          >
            <Facts snapshot={snapshot} isNewest={snapshot.id === newest} />
          </ChoiceCard>
        ))}
      </div>
    </fieldset>
  );
}

function Facts({ snapshot, isNewest }: { snapshot: SetupSnapshot; isNewest: boolean }) {
  const t = useTranslations("setup");
  const { accounts, files, bytes, version, problem } = snapshot;
  const facts = [
    accounts !== null && t("accounts", { count: accounts }),
    files !== null && t("files", { count: files }),
    bytes !== null && formatBytes(bytes),
    version !== null && t("version", { version }),
  ].filter((fact) => fact !== false);
  return (
    <>
      <span className="flex flex-wrap items-baseline gap-x-2 font-medium">
        <span suppressHydrationWarning>{formatStamp(snapshot.time)}</span>
        {isNewest && <span className="font-medium text-accent-text text-xs">{t("newest")}</span>}
      </span>
      <span className="block text-[0.8125rem] text-ink-muted">{facts.join(" · ")}</span>
      {problem !== null && <span className="mt-1 block text-[0.8125rem] text-danger">{problem}</span>}
    </>
  );
}
