"use client";

import type { User } from "@holdfast/contract";
import { LogOut, Search, UserRound } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import {
  MenuButton,
  MenuItem,
  MenuPopup,
  MenuRadio,
  MenuRadioGroup,
  MenuRoot,
  MenuSeparator,
} from "@/components/overlay/menu";
import { Avatar } from "@/components/page/avatar";
import { Logo } from "@/components/page/logo";
import { setTheme, type Theme, useTheme } from "@/components/page/theme";
import { useSignOut } from "@/features/auth/session";
import { IdleBell } from "./bell/idle-bell";

export function TopBar({ user, onSearch }: { user: User | undefined; onSearch: () => void }) {
  const t = useTranslations("nav");
  return (
    <header className="flex h-14 shrink-0 items-center gap-3 px-3 short:h-11 md:pr-3 md:pl-0">
      <Logo className="size-7 md:hidden" />
      <button
        type="button"
        onClick={onSearch}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-10 min-w-0 flex-1 items-center gap-2.5 short:h-9 rounded-xl border bg-surface px-3.5 text-ink-muted hover:border-line-strong/60 md:max-w-xl"
      >
        <Search aria-hidden="true" className="size-4.5 shrink-0" />
        <span className="flex-1 truncate text-left">{t("search")}</span>
        <kbd aria-hidden="true" className="hidden rounded-md border bg-canvas px-1.5 font-sans text-xs md:block">
          Ctrl K
        </kbd>
      </button>
      <div className="flex items-center gap-1 md:ml-auto md:gap-2">
        {user && <IdleBell isAdmin={user.role === "admin"} />}
        {user ? <AccountMenu user={user} /> : <span className="skeleton block size-9 rounded-full" />}
      </div>
    </header>
  );
}

function AccountMenu({ user }: { user: User }) {
  const t = useTranslations("nav");
  const router = useRouter();
  const signOut = useSignOut();
  const theme = useTheme();
  return (
    <MenuRoot>
      <MenuButton
        render={
          <button type="button" aria-label={t("account")} className="block rounded-full">
            <Avatar user={user} />
          </button>
        }
      />
      <MenuPopup align="end" label={t("account")}>
        <div className="px-2.5 py-2">
          {user.displayName && <p className="truncate font-medium">{user.displayName}</p>}
          <p className="truncate text-ink-muted text-sm">{user.email}</p>
        </div>
        <MenuSeparator />
        <MenuItem icon={<UserRound />} onClick={() => router.push("/account")}>
          {t("account")}
        </MenuItem>
        <MenuSeparator />
        <MenuRadioGroup value={theme} onValueChange={(next) => setTheme(next as Theme)} aria-label={t("appearance")}>
          {(["system", "light", "dark"] as const).map((choice) => (
            <MenuRadio key={choice} value={choice}>
              {t(`theme.${choice}`)}
            </MenuRadio>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem icon={<LogOut />} onClick={() => void signOut()}>
          {t("signOut")}
        </MenuItem>
      </MenuPopup>
    </MenuRoot>
  );
}
