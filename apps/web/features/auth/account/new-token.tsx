"use client";

import type { TokenScope } from "@holdfast/contract";
import { createAccessToken } from "@holdfast/contract/client";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "@/components/button/button";
import { CopyButton } from "@/components/button/copy-button";
import { Field } from "@/components/form/field";
import { LabelledSelect } from "@/components/form/select";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { FormProblem } from "../form/form-problem";
import { useSubmit } from "../form/use-submit";
import { useSession } from "../session";

const scopes: readonly TokenScope[] = ["files:read", "files:write", "shares", "backups", "admin"];
const lifetimes = ["30", "90", "365", "never"] as const;
type Lifetime = (typeof lifetimes)[number];

/** What the token may do and for how long; then the token itself, this once. */
export function NewToken({ onDone }: { onDone: () => void }) {
  const t = useTranslations("tokens");
  const client = useQueryClient();
  const { user } = useSession();
  const [chosen, setChosen] = useState<readonly TokenScope[]>(["files:read", "files:write"]);
  const [lifetime, setLifetime] = useState<Lifetime>("365");
  const [made, setMade] = useState<string>();
  const { busy, problem, onSubmit } = useSubmit(async (data) => {
    const expiresAt = lifetime === "never" ? null : new Date(Date.now() + Number(lifetime) * 86_400_000).toISOString();
    const body = { name: String(data.get("name")), scopes: [...chosen], expiresAt };
    setMade((await call(createAccessToken, { body })).token);
    await client.invalidateQueries({ queryKey: keys.tokens });
  });
  if (made) {
    return (
      <div className="flex flex-col gap-4">
        <p className="text-ink-muted">{t("madeBody", { email: user?.email ?? "" })}</p>
        <code className="select-all break-all rounded-xl border bg-canvas p-3 font-mono text-sm">{made}</code>
        <div className="flex flex-wrap gap-2">
          <CopyButton text={made} />
          <Button variant="primary" className="ml-auto" onClick={onDone}>
            {t("madeDone")}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <form method="post" onSubmit={onSubmit} className="flex flex-col gap-4" noValidate>
      <Field label={t("name")} name="name" maxLength={100} placeholder={t("namePlaceholder")} required first />
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-1 font-medium text-sm">{t("scopes")}</legend>
        {scopes
          .filter((scope) => scope !== "admin" || user?.role === "admin")
          .map((scope) => (
            <label key={scope} className="flex min-h-9 items-center gap-3 rounded-lg px-2 hover:bg-hover">
              <input
                type="checkbox"
                checked={chosen.includes(scope)}
                onChange={({ target }) =>
                  setChosen(target.checked ? [...chosen, scope] : chosen.filter((each) => each !== scope))
                }
                className="size-4 accent-accent"
              />
              {t(`scope.${scope}`)}
            </label>
          ))}
      </fieldset>
      <LabelledSelect
        label={t("lifetime")}
        value={lifetime}
        onValueChange={setLifetime}
        items={lifetimes.map((value) => ({ value, label: t(`lifetimes.${value}`) }))}
      />
      <FormProblem problem={problem} />
      <Button type="submit" variant="primary" size="lg" busy={busy} disabled={chosen.length === 0}>
        {t("create")}
      </Button>
    </form>
  );
}
