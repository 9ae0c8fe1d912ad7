"use client";

import { adminUpdates } from "@holdfast/contract/client";
import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { CopyButton } from "@/components/button/copy-button";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { Figure, Part } from "../figures";
import { SystemHeader } from "../system-header";

const commands = {
  upgrade: ["npm run holdfast -- doctor", "npm run holdfast -- backup", "git pull", "npm start"],
  back: [
    "git checkout <version before>",
    "export HOLDFAST_DATA=<empty folder>",
    "npm run holdfast -- restore --target <folder of the backups> --password-file <file>",
    "npm start",
  ],
} as const;

/** Which version this is, and how to get to another one and back. */
export function UpdatesScreen() {
  const t = useTranslations("updates");
  const query = useQuery({ queryKey: keys.updates, queryFn: () => call(adminUpdates) });
  const { data } = query;
  return (
    <>
      <SystemHeader page="updates" />
      {data ? (
        <div className="flex w-full max-w-4xl flex-col gap-9 px-4 pt-6 pb-12 sm:px-6">
          <dl className="grid gap-3 sm:grid-cols-2 lg:grid-cols-4">
            <Figure label="Holdfast" value={data.version} note={data.revision ?? t("release")} />
            <Figure
              label={t("schema")}
              value={data.schema.version ?? "–"}
              note={
                data.schema.newer.length > 0
                  ? t("newer", { count: data.schema.newer.length })
                  : data.schema.pending.length > 0
                    ? t("pending", { count: data.schema.pending.length })
                    : t("upToDate", { count: data.schema.applied })
              }
            />
            <Figure
              label="PostgreSQL"
              value={data.postgresVersion.split(" ")[0]}
              note={t(data.embedded ? "embedded" : "external")}
            />
            <Figure label="Node" value={data.nodeVersion} note={t("node")} />
          </dl>
          {data.versions.length > 1 && <p>{t("several", { versions: data.versions.join(", ") })}</p>}
          <Part title={t("newestTitle")} body={t("newestBody")} />
          <Part title={t("upgradeTitle")} body={t("upgradeBody")}>
            <Commands lines={commands.upgrade} />
          </Part>
          <Part title={t("backTitle")} body={t("backBody")}>
            <Commands lines={commands.back} />
          </Part>
        </div>
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </>
  );
}

function Commands({ lines }: { lines: readonly string[] }) {
  return (
    <div className="flex items-start justify-between gap-3 rounded-xl bg-sunken p-3.5">
      <pre className="min-w-0 whitespace-pre-wrap break-all font-mono text-[0.8125rem] leading-6">
        {lines.join("\n")}
      </pre>
      <CopyButton text={lines.join("\n")} size="icon-sm" variant="ghost" />
    </div>
  );
}
