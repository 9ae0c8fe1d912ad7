import type { StorageStats } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { Time } from "@/components/text/time";
import { formatBytes } from "@/lib/format";
import { RowsTable } from "./rows-table";

const number = new Intl.NumberFormat("en-GB");

/** The largest files and folders, by their owners: names are for those alone. */
export function Largest({ stats }: { stats: StorageStats }) {
  const t = useTranslations("adminStorage.largest");
  return (
    <div className="grid gap-4 xl:grid-cols-2">
      <RowsTable
        title={t("files")}
        body={t("private")}
        empty={t("none")}
        columns={[t("owner"), t("kind"), t("changed"), t("size")]}
        rows={stats.largestFiles.map(({ email, kind, bytes, changedAt }, index) => ({
          key: `file-${index}`,
          cells: [
            email ?? t("gone"),
            t(`kinds.${kind}`),
            <Time key="at" at={changedAt} style="day" />,
            formatBytes(bytes),
          ],
        }))}
      />
      <RowsTable
        title={t("folders")}
        body={t("foldersBody")}
        empty={t("none")}
        columns={[t("owner"), t("count"), t("size")]}
        rows={stats.largestFolders.map(({ email, files, bytes }, index) => ({
          key: `folder-${index}`,
          cells: [email ?? t("gone"), number.format(files), formatBytes(bytes)],
        }))}
      />
    </div>
  );
}
