import type { StorageStats } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { formatBytes } from "@/lib/format";
import { RowsTable } from "./rows-table";

const number = new Intl.NumberFormat("en-GB");

/** Who has how much, most first. */
export function UsersTable({ users }: { users: StorageStats["users"] }) {
  const t = useTranslations("adminStorage.users");
  return (
    <RowsTable
      title={t("title")}
      body={t("body", { count: users.length })}
      empty={t("body", { count: 0 })}
      columns={[t("user"), t("files"), t("bytes"), t("versions"), t("trash"), t("all")]}
      rows={users.map((user) => ({
        key: user.userId,
        cells: [
          user.email ?? t("gone"),
          number.format(user.files),
          formatBytes(user.bytes),
          formatBytes(user.versionBytes),
          formatBytes(user.trashBytes),
          formatBytes(user.bytes + user.versionBytes + user.trashBytes),
        ],
      }))}
    />
  );
}
