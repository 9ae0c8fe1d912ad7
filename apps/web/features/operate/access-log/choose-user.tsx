import { adminListUsers } from "@holdfast/contract/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { UserRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useState } from "react";
import { Button } from "@/components/button/button";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { Field } from "@/components/form/field";
import { Dialog } from "@/components/overlay/dialog";
import { Avatar } from "@/components/page/avatar";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import type { Named } from "./filters";

/** Chooses one of the users by a part of their name or address. */
export function ChooseUser({ onChoose }: { onChoose: (user: Named) => void }) {
  const t = useTranslations("accessLog");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <UserRound />
        {t("user")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("chooseUser")}>
        {open && (
          <Found
            onChoose={(user) => {
              setOpen(false);
              onChoose(user);
            }}
          />
        )}
      </Dialog>
    </>
  );
}

function Found({ onChoose }: { onChoose: (user: Named) => void }) {
  const t = useTranslations("accessLog");
  const [text, setText] = useState("");
  const q = useDeferredValue(text.trim());
  const query = useQuery({
    queryKey: [...keys.users(q), "choose"],
    queryFn: () => call(adminListUsers, { query: { q: q || undefined, limit: 20 } }),
    placeholderData: keepPreviousData,
  });
  return (
    <div className="flex min-h-72 flex-col gap-3">
      <Field
        label={t("nameOrAddress")}
        value={text}
        onChange={(event) => setText(event.target.value)}
        first
        autoComplete="off"
      />
      {query.isPending ? (
        <SkeletonRows rows={3} />
      ) : query.error ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} className="py-6" />
      ) : query.data.items.length === 0 ? (
        <p className="text-ink-muted">{t("noUser")}</p>
      ) : (
        <ul aria-label={t("users")}>
          {query.data.items.map((user) => (
            <li key={user.id}>
              <button
                type="button"
                onClick={() => onChoose({ id: user.id, name: user.displayName || user.email })}
                className="flex w-full items-center gap-3 rounded-lg px-2 py-2 text-left hover:bg-hover"
              >
                <Avatar user={user} />
                <span className="min-w-0">
                  <span className="block truncate font-medium">{user.displayName || user.email}</span>
                  {user.displayName && <span className="block truncate text-ink-muted text-xs">{user.email}</span>}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
