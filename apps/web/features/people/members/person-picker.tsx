"use client";

import type { Grantee } from "@holdfast/contract";
import { searchDirectory } from "@holdfast/contract/client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Search, UsersRound } from "lucide-react";
import { useTranslations } from "next-intl";
import { useDeferredValue, useId, useState } from "react";
import { Avatar } from "@/components/page/avatar";
import { call, problemOf } from "@/lib/api";
import { cn } from "@/lib/cn";
import { peopleKeys } from "../keys";

type PickerProps = {
  label: string;
  /** Only people where groups make no sense. */
  onlyPeople?: boolean;
  onPick: (grantee: Grantee) => void;
};

/** Finds a person or a group by how their name begins, and hands over the one that is chosen. */
export function PersonPicker({ label, onlyPeople = false, onPick }: PickerProps) {
  const t = useTranslations("teams");
  const id = useId();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const q = useDeferredValue(text.trim());
  const { data, error } = useQuery({
    queryKey: peopleKeys.directory(q),
    queryFn: () => call(searchDirectory, { query: { q } }),
    enabled: q !== "",
    placeholderData: keepPreviousData,
  });
  const found = q === "" ? [] : (data?.items ?? []).filter(({ type }) => !onlyPeople || type === "user");
  const at = Math.min(active, found.length - 1);
  const pick = (grantee: Grantee) => {
    setText("");
    setActive(0);
    onPick(grantee);
  };
  return (
    <div>
      <div className="relative">
        <Search aria-hidden="true" className="pointer-events-none absolute top-3 left-3 size-4 text-ink-muted" />
        <input
          type="search"
          role="combobox"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setActive(0);
          }}
          onKeyDown={(event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            const chosen = found[at];
            if (step && found.length > 0) setActive(Math.max(0, Math.min(found.length - 1, at + step)));
            else if (event.key === "Enter" && chosen) pick(chosen);
            else if (event.key === "Escape" && text) {
              event.stopPropagation();
              setText("");
            } else return;
            event.preventDefault();
          }}
          aria-label={label}
          aria-expanded={found.length > 0}
          aria-controls={id}
          aria-autocomplete="list"
          aria-activedescendant={found[at] ? `${id}-${found[at].id}` : undefined}
          placeholder={label}
          autoComplete="off"
          className="h-10 w-full rounded-lg border border-line-strong/60 bg-surface pr-3 pl-9 text-[0.9375rem] placeholder:text-ink-muted focus-visible:border-accent [&::-webkit-search-cancel-button]:grayscale"
        />
      </div>
      {error && (
        <p role="alert" className="mt-1.5 text-danger text-sm">
          {problemOf(error).message}
        </p>
      )}
      {q !== "" && data && found.length === 0 && (
        <p role="status" className="mt-1.5 text-ink-muted text-sm">
          {t("nobodyFound", { query: q })}
        </p>
      )}
      {found.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a list of suggestions below a field has no element of its own
        <ul id={id} role="listbox" aria-label={label} className="mt-1.5 max-h-60 overflow-y-auto rounded-lg border p-1">
          {found.map((grantee, index) => (
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the field above has the keys
            <li
              key={grantee.id}
              id={`${id}-${grantee.id}`}
              role="option"
              aria-selected={index === at}
              tabIndex={-1}
              onClick={() => pick(grantee)}
              className={cn(
                "flex cursor-default items-center gap-3 rounded-md px-2 py-1.5",
                index === at ? "bg-selected" : "hover:bg-hover",
              )}
            >
              <GranteeLine name={grantee.name} email={grantee.email} group={grantee.type === "group"} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Who it is: a letter or the sign of a group, the name, and the address where it is not the name. */
export function GranteeLine({ name, email, group }: { name: string; email: string | null; group: boolean }) {
  const t = useTranslations("teams");
  return (
    <>
      {group ? (
        <span
          aria-hidden="true"
          className="grid size-9 shrink-0 place-items-center rounded-full bg-hover text-ink-muted"
        >
          <UsersRound className="size-4.5" />
        </span>
      ) : (
        <Avatar user={{ email: email ?? name, displayName: name }} />
      )}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-medium">{name}</span>
        <span className="block truncate text-ink-muted text-xs">
          {group ? t("group") : email !== null && email !== name ? email : null}
        </span>
      </span>
    </>
  );
}
