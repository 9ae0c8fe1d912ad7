import { bytesOfGigabytes } from "@/lib/gigabytes";

/** How long a link lives: what most people want is one press away. */
export const presets = ["1d", "7d", "30d", "never", "date"] as const;
export type Preset = (typeof presets)[number];

const days: Partial<Record<Preset, number>> = { "1d": 1, "7d": 7, "30d": 30 };

export type LinkForm = {
  expiry: Preset;
  /** For `date`: what an `<input type="datetime-local">` holds, in the person's own time zone. */
  date: string;
  /** null leaves a password as it is, empty takes it away. */
  password: string | null;
  maxDownloads: string;
  allowUpload: boolean;
  /** Of a file request; empty for what the server says. */
  maxFiles: string;
  maxGigabytes: string;
  maxFileGigabytes: string;
  label: string;
  message: string;
};

export const newForm: LinkForm = {
  ...{ expiry: "7d", date: "", password: "", maxDownloads: "", allowUpload: false },
  ...{ maxFiles: "", maxGigabytes: "", maxFileGigabytes: "", label: "", message: "" },
};

export function localDateTime(iso: string): string {
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Without its date, a link that was meant to end would never end. */
export function isComplete(form: LinkForm): boolean {
  const sizes = [form.maxGigabytes, form.maxFileGigabytes];
  return (form.expiry !== "date" || form.date !== "") && (!form.allowUpload || sizes.every(isSize));
}

/** Whether it is a number of gigabytes, or empty. */
export function isSize(text: string): boolean {
  const bytes = bytesOfGigabytes(text);
  return bytes === null || (bytes !== undefined && bytes > 0);
}

/** The form as the API takes it, where `isComplete`. */
export function limitsOf(form: LinkForm, now = Date.now()) {
  const count = form.expiry === "date" ? undefined : days[form.expiry];
  const expiresAt =
    form.expiry === "date"
      ? new Date(form.date).toISOString()
      : count
        ? new Date(now + count * 86_400_000).toISOString()
        : null;
  return {
    linkType: expiresAt ? ("temporary" as const) : ("permanent" as const),
    expiresAt,
    password: form.password === null ? undefined : form.password || null,
    // A file request offers no downloads: there is nothing to limit.
    maxDownloads: form.maxDownloads && !form.allowUpload ? Number(form.maxDownloads) : null,
    allowUpload: form.allowUpload,
    maxFiles: form.maxFiles && form.allowUpload ? Number(form.maxFiles) : null,
    maxBytes: form.allowUpload ? (bytesOfGigabytes(form.maxGigabytes) ?? null) : null,
    maxFileSize: form.allowUpload ? (bytesOfGigabytes(form.maxFileGigabytes) ?? null) : null,
    label: form.label.trim() || null,
    message: form.message.trim() || null,
  };
}
