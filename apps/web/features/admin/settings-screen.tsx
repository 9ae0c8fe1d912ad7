"use client";

import type { DirectorySetting, SecondFactorPolicy, SignupPolicy } from "@holdfast/contract";
import { adminGetSettings, adminUpdateSettings, listFactors, listPasskeys } from "@holdfast/contract/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useId } from "react";
import { ErrorState, SkeletonRows } from "@/components/feedback/state";
import { useConfirm } from "@/components/overlay/confirm";
import { PageHeader } from "@/components/page/page-header";
import { useSettings } from "@/features/auth/session";
import { call } from "@/lib/api";
import { keys } from "@/lib/query";
import { toast } from "@/lib/toast";
import { FirstStepsLater } from "./first-steps-later";
import { PolicyCards } from "./policy-cards";

const signupPolicies: readonly SignupPolicy[] = ["invite", "approval", "open"];
const secondFactorPolicies: readonly SecondFactorPolicy[] = ["nobody", "admins", "everybody"];

const directories: readonly DirectorySetting[] = ["visible", "hidden"];

/** Who may make an account, who finds whom, and who needs a second factor. */
export function SettingsScreen() {
  const t = useTranslations("adminSettings");
  const client = useQueryClient();
  const confirm = useConfirm();
  const about = useId();
  const settings = useSettings();
  const hasPasskeys = settings.data?.passkeys === true;
  const query = useQuery({ queryKey: keys.adminSettings, queryFn: () => call(adminGetSettings) });
  const save = async (body: {
    signup?: SignupPolicy;
    secondFactor?: SecondFactorPolicy;
    directory?: DirectorySetting;
  }) => {
    client.setQueryData(keys.adminSettings, await call(adminUpdateSettings, { body }));
    toast.success(t("saved"));
    await client.invalidateQueries({ queryKey: keys.settings });
  };
  const saveSecondFactor = async (secondFactor: SecondFactorPolicy) => {
    // Both policies include who is looking at this page, an administrator.
    const [factors, passkeys] = await Promise.all([
      call(listFactors),
      hasPasskeys ? call(listPasskeys) : { items: [] },
    ]);
    const none = factors.items.length + passkeys.items.length === 0;
    const locksOut = secondFactor !== "nobody" && query.data?.secondFactor === "nobody" && none;
    if (locksOut && !(await confirm({ title: t("selfTitle"), body: t("selfBody"), action: t("selfAction") }))) return;
    await save({ secondFactor });
    // The session tells the gate, which then asks for the factor.
    if (locksOut) await client.invalidateQueries({ queryKey: keys.session });
  };
  return (
    <>
      <PageHeader title={t("title")} body={t("body")} />
      <FirstStepsLater />
      {query.data ? (
        <div className="flex w-full max-w-3xl flex-col gap-9 px-4 pt-6 pb-12 sm:px-6">
          <PolicyCards
            title={t("signup.label")}
            body={t("signup.body")}
            options={signupPolicies.map((value) => ({
              value,
              label: t(`signup.${value}`),
              hint: t(`signup.${value}Body`),
            }))}
            // Closed, administrators add and invite people all the same.
            value={query.data.signup === "closed" ? "invite" : query.data.signup}
            save={(signup) => save({ signup })}
          />
          <PolicyCards
            title={t("secondFactor.label")}
            body={t("secondFactor.body")}
            options={secondFactorPolicies.map((value) => ({
              value,
              label: t(`secondFactor.${value}`),
              hint: t(`secondFactor.${value}Body`),
            }))}
            value={query.data.secondFactor}
            save={saveSecondFactor}
          />
          <PolicyCards
            title={t("directory.label")}
            body={t("directory.body")}
            options={directories.map((value) => ({
              value,
              label: t(`directory.${value}`),
              hint: t(`directory.${value}Body`),
            }))}
            value={query.data.directory}
            save={(directory) => save({ directory })}
          />
          {settings.data && (
            <section aria-labelledby={about}>
              <h2 id={about} className="px-1 font-semibold text-[0.9375rem]">
                {t("about")}
              </h2>
              <p className="px-1 text-ink-muted">{t("version", { version: settings.data.version })}</p>
            </section>
          )}
        </div>
      ) : query.error ? (
        <ErrorState title={t("notLoaded")} error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonRows />
      )}
    </>
  );
}
