"use client";

import { useTranslations } from "next-intl";
import { useId, useState } from "react";
import { ChoiceCards } from "@/components/form/choice-cards";
import { Field, inputClass } from "@/components/form/field";
import { Switch } from "@/components/form/switch";
import { cn } from "@/lib/cn";
import { isComplete, isSize, type LinkForm, localDateTime, presets } from "./limits";

type LinkFormFieldsProps = {
  form: LinkForm;
  onChange: (change: Partial<LinkForm>) => void;
  folder: boolean;
  hasPassword?: boolean;
};

export function LinkFormFields({ form, onChange, folder, hasPassword }: LinkFormFieldsProps) {
  const t = useTranslations("sharing");
  const expires = useId();
  const [opened] = useState(() => localDateTime(new Date().toISOString()));
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p id={expires} className="mb-1.5 font-medium text-sm">
          {t("expires")}
        </p>
        <ChoiceCards
          aria-labelledby={expires}
          value={form.expiry}
          onChange={(expiry) => onChange({ expiry, date: form.date || inTwoWeeks() })}
          choices={presets.map((value) => ({ value, label: t(`preset.${value}`) }))}
          className="flex flex-wrap gap-1.5"
        />
        {form.expiry === "date" && (
          <input
            type="datetime-local"
            aria-label={t("expiresOn")}
            value={form.date}
            min={opened}
            required
            aria-invalid={!isComplete(form) || undefined}
            onChange={(event) => onChange({ date: event.target.value })}
            className={cn(inputClass, "mt-2 w-auto")}
          />
        )}
      </div>
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
        {!form.allowUpload && (
          <Field
            label={t("maxDownloads")}
            hint={t("maxDownloadsHint")}
            inputMode="numeric"
            placeholder={t("unlimited")}
            value={form.maxDownloads}
            onChange={(event) =>
              onChange({ maxDownloads: event.target.value.replace(/\D/g, "").replace(/^0+/, "").slice(0, 9) })
            }
          />
        )}
        {form.allowUpload && (
          <>
            <Field
              label={t("maxFiles")}
              inputMode="numeric"
              placeholder={t("standard")}
              value={form.maxFiles}
              onChange={(event) =>
                onChange({ maxFiles: event.target.value.replace(/\D/g, "").replace(/^0+/, "").slice(0, 9) })
              }
            />
            <Field
              label={t("maxSize")}
              inputMode="decimal"
              placeholder={t("standard")}
              value={form.maxGigabytes}
              error={isSize(form.maxGigabytes) ? undefined : t("sizeInvalid")}
              onChange={(event) => onChange({ maxGigabytes: event.target.value })}
            />
            <Field
              label={t("maxFileSize")}
              inputMode="decimal"
              placeholder={t("standard")}
              value={form.maxFileGigabytes}
              error={isSize(form.maxFileGigabytes) ? undefined : t("sizeInvalid")}
              onChange={(event) => onChange({ maxFileGigabytes: event.target.value })}
            />
          </>
        )}
        <Field
          label={t("label")}
          hint={t("labelHint")}
          maxLength={100}
          placeholder={t("none")}
          value={form.label}
          onChange={(event) => onChange({ label: event.target.value })}
        />
        <Field
          label={t("message")}
          hint={t("messageHint")}
          maxLength={1000}
          placeholder={t("none")}
          value={form.message}
          onChange={(event) => onChange({ message: event.target.value })}
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

/** What a date begins at, where none was chosen before. */
function inTwoWeeks(): string {
  return localDateTime(new Date(Date.now() + 14 * 86_400_000).toISOString());
}
