"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { Field, inputClass } from "@/components/field";
import { Switch } from "@/components/switch";
import { cn } from "@/lib/cn";
import { type LinkForm, localDateTime, presets } from "./limits";

type LinkFormFieldsProps = {
  form: LinkForm;
  onChange: (change: Partial<LinkForm>) => void;
  folder: boolean;
  hasPassword?: boolean;
};

export function LinkFormFields({ form, onChange, folder, hasPassword }: LinkFormFieldsProps) {
  const t = useTranslations("sharing");
  const id = useId();
  const [opened] = useState(() => localDateTime(new Date().toISOString()));
  return (
    <div className="flex flex-col gap-4">
      <fieldset>
        <legend className="mb-1.5 font-medium text-sm">{t("expires")}</legend>
        <div className="flex flex-wrap gap-1.5">
          {presets.map((preset) => (
            <label
              key={preset}
              className={cn(
                "flex h-9 cursor-pointer items-center rounded-lg border px-3 text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent has-focus-visible:outline-offset-2",
                form.expiry === preset ? "border-accent bg-accent-soft font-medium text-accent-text" : "hover:bg-hover",
              )}
            >
              <input
                type="radio"
                name={id}
                value={preset}
                checked={form.expiry === preset}
                onChange={() =>
                  onChange({
                    expiry: preset,
                    date:
                      preset === "date" && !form.date
                        ? localDateTime(new Date(Date.now() + 14 * 86_400_000).toISOString())
                        : form.date,
                  })
                }
                className="sr-only"
              />
              {t(`preset.${preset}`)}
            </label>
          ))}
        </div>
        {form.expiry === "date" && (
          <input
            type="datetime-local"
            aria-label={t("expiresOn")}
            value={form.date}
            min={opened}
            onChange={(event) => onChange({ date: event.target.value })}
            className={cn(inputClass, "mt-2 w-auto")}
          />
        )}
      </fieldset>
      <div className="grid gap-4 sm:grid-cols-2">
        {hasPassword && form.password === null ? (
          <div className="flex flex-col gap-1.5">
            <span className="font-medium text-sm">{t("password")}</span>
            <div className="flex h-10 items-center justify-between gap-2 rounded-lg border px-3">
              <span className="text-ink-muted">{t("passwordSet")}</span>
              <button
                type="button"
                className="font-medium text-accent-text hover:underline"
                onClick={() => onChange({ password: "" })}
              >
                {t("change")}
              </button>
            </div>
          </div>
        ) : (
          <Field
            label={t("password")}
            type="password"
            autoComplete="new-password"
            placeholder={t("none")}
            value={form.password ?? ""}
            onChange={(event) => onChange({ password: event.target.value })}
          />
        )}
        <Field
          label={t("maxDownloads")}
          inputMode="numeric"
          placeholder={t("unlimited")}
          value={form.maxDownloads}
          onChange={(event) =>
            onChange({ maxDownloads: event.target.value.replace(/\D/g, "").replace(/^0+/, "").slice(0, 9) })
          }
        />
      </div>
      {folder && (
        <Switch
          label={t("allowUpload")}
          hint={t("allowUploadHint")}
          checked={form.allowUpload}
          onCheckedChange={(allowUpload) => onChange({ allowUpload })}
        />
      )}
    </div>
  );
}
