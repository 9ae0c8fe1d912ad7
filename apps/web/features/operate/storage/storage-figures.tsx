import type { StorageDay, StorageStats } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { formatBytes } from "@/lib/format";

const count = new Intl.NumberFormat("en-GB");

/** What there is, and what it takes in the store. */
export function StorageFigures({ stats, last }: { stats: StorageStats; last: StorageDay }) {
  const t = useTranslations("adminStorage.figures");
  const whole = last.fileBytes + last.trashBytes + last.versionBytes;
  const figures = [
    { key: "files", bytes: last.fileBytes, note: t("filesNote", { count: count.format(last.files) }) },
    { key: "versions", bytes: last.versionBytes, note: t("versionsNote", { count: count.format(last.versions) }) },
    { key: "trash", bytes: last.trashBytes, note: t("trashNote", { count: count.format(last.trashFiles) }) },
    {
      key: "stored",
      bytes: last.storedBytes,
      note: whole > last.storedBytes ? t("saved", { bytes: formatBytes(whole - last.storedBytes) }) : t("storedNote"),
    },
    {
      key: "backups",
      bytes: last.backupBytes,
      note: t("backupsNote", { count: stats.backups.reduce((sum, each) => sum + each.backups, 0) }),
    },
    { key: "database", bytes: stats.now.databaseBytes, note: t("databaseNote") },
  ];
  return (
    <dl className="grid grid-cols-2 gap-3 lg:grid-cols-3 xl:grid-cols-6">
      {figures.map(({ key, bytes, note }) => (
        <div key={key} className="flex min-w-0 flex-col rounded-xl border bg-surface px-4 py-3">
          <dt className="text-[0.8125rem] text-ink-muted">{t(key)}</dt>
          <dd>
            <span className="block truncate font-semibold text-xl leading-8 tabular-nums">{formatBytes(bytes)}</span>
            <span className="block text-ink-muted text-xs">{note}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}
