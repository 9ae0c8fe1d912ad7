"use client";

import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type ReactNode, useEffect, useState } from "react";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Logo } from "@/components/page/logo";
import { useSession } from "@/features/auth/session";
import { useLargeCopies } from "@/features/files/copies/use-large-copies";
import { MaintenanceBanner } from "@/features/operate/maintenance/maintenance-banner";
import { UploadsProvider } from "@/features/uploads/uploads-provider";
import { signedOut } from "@/lib/api";
import { setOwnSpace } from "@/lib/own-space";
import { Palette } from "./lazy";
import { BottomBar, Sidebar } from "./navigation";
import { TopBar } from "./top-bar";
import { useServerEvents } from "./use-server-events";

/** Pages that draw themselves before it is known who is there, and read by themselves what they show. */
const ownSkeleton = /^\/files(\/|$)/;

/** Everything behind sign-in, drawn by the page server as far as it is the same for everybody. Who is nobody is sent to sign in, and back to here afterwards. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTranslations("common");
  const router = useRouter();
  const pathname = usePathname();
  const { user, error, refetch } = useSession();
  const [searching, setSearching] = useState(false);
  setOwnSpace(user?.id);
  useServerEvents(Boolean(user));
  useLargeCopies();

  useEffect(() => {
    if (user === null) router.replace(`/sign-in?next=${encodeURIComponent(pathname + window.location.search)}`);
  }, [user, pathname, router]);

  useEffect(() => {
    const again = () => void refetch();
    signedOut.addEventListener("signed-out", again);
    return () => signedOut.removeEventListener("signed-out", again);
  }, [refetch]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setSearching((open) => !open);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  if (user === null || (error && !user)) {
    return (
      <main className="grid min-h-dvh place-items-center">
        {user === null ? (
          <output className="block" aria-label={t("loading")}>
            <Logo className="size-12 animate-pulse" />
          </output>
        ) : (
          <ErrorState title={t("sessionFailed")} error={error} onRetry={() => void refetch()} />
        )}
      </main>
    );
  }
  return (
    <UploadsProvider userId={user?.id}>
      <a
        href="#content"
        className="sr-only z-50 rounded-lg bg-accent px-4 py-2 text-accent-ink focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        {t("skip")}
      </a>
      <div className="flex h-dvh">
        <Sidebar user={user} />
        <div className="flex min-w-0 flex-1 flex-col">
          <TopBar user={user} onSearch={() => setSearching(true)} />
          <MaintenanceBanner className="md:mr-3 md:mb-2 md:rounded-xl" />
          <main
            id="content"
            className="flex min-h-0 flex-1 flex-col overflow-y-auto bg-surface md:mr-3 md:mb-3 md:rounded-2xl md:border"
          >
            {user || ownSkeleton.test(pathname) ? children : <Waiting label={t("loading")} />}
          </main>
          <BottomBar user={user} />
        </div>
      </div>
      {user && <Palette open={searching} onOpenChange={setSearching} user={user} />}
    </UploadsProvider>
  );
}

function Waiting({ label }: { label: string }) {
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an output holds words only, and these are grey rows
    <div role="status" aria-label={label}>
      <div className="flex h-14 items-center px-4">
        <div className="skeleton h-5 w-36" />
      </div>
      <SkeletonRows />
    </div>
  );
}
