import { type NotificationKind, type NotificationSettings, notificationKinds } from "@holdfast/contract";
import type { ActivityDeps } from "../activity.deps.ts";
import { findSettings, type SettingsRow, saveSettings } from "./settings.queries.ts";

type Deps = Pick<ActivityDeps, "db" | "events" | "mailer">;

interface Change {
  digest?: NotificationSettings["digest"] | undefined;
  kinds: { kind: NotificationKind; page?: boolean | undefined; mail?: boolean | undefined }[];
}

export async function getSettings(deps: Deps, userId: string): Promise<NotificationSettings> {
  return toSettings(deps, (await findSettings.first(deps.db, userId)) ?? null);
}

export async function updateSettings(deps: Deps, userId: string, change: Change): Promise<NotificationSettings> {
  // The last word on a kind counts.
  const kinds = [...new Map(change.kinds.map((one) => [one.kind, one])).values()];
  const those = (channel: "page" | "mail", on: boolean) =>
    kinds.filter((one) => one[channel] === on).map(({ kind }) => kind);
  const row = await saveSettings.first(
    ...([deps.db, userId, change.digest ?? null] as const),
    ...([those("page", false), those("page", true), those("mail", false), those("mail", true)] as const),
  );
  deps.events.publish(userId, { type: "notifications.changed" });
  return toSettings(deps, row ?? null);
}

function toSettings({ mailer }: Deps, row: SettingsRow | null): NotificationSettings {
  return {
    digest: row?.digest ?? "daily",
    mail: mailer !== null,
    kinds: notificationKinds.map((kind) => ({
      kind,
      page: !row?.page_off.includes(kind),
      mail: !row?.mail_off.includes(kind),
    })),
  };
}
