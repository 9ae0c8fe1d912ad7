import { describe, expect, it } from "vitest";
import { isComplete, limitsOf, localDateTime, newForm } from "./limits.ts";

const now = Date.parse("2026-11-22T12:00:00Z");

describe("a link's limits", () => {
  it("is temporary with a preset, counted from now", () => {
    expect(limitsOf({ ...newForm, expiry: "7d" }, now)).toMatchObject({
      linkType: "temporary",
      expiresAt: "2026-11-29T12:00:00.000Z",
      password: null,
      maxDownloads: null,
    });
  });
  it("is permanent with none", () => {
    expect(limitsOf({ ...newForm, expiry: "never" }, now)).toMatchObject({ linkType: "permanent", expiresAt: null });
  });
  it("keeps a moment of one's own time zone over the way through the form", () => {
    const iso = "2026-12-24T18:30:00.000Z";
    expect(limitsOf({ ...newForm, expiry: "date", date: localDateTime(iso) }, now).expiresAt).toBe(iso);
  });
  it("is not made of a date that was taken away again", () => {
    expect(isComplete({ ...newForm, expiry: "date", date: "" })).toBe(false);
    expect(isComplete({ ...newForm, expiry: "date", date: "2026-12-24T18:30" })).toBe(true);
    expect(isComplete({ ...newForm, expiry: "never", date: "" })).toBe(true);
  });
  it("tells a password that stays from one that goes", () => {
    expect(limitsOf({ ...newForm, password: null }, now).password).toBeUndefined();
    expect(limitsOf({ ...newForm, password: "" }, now).password).toBeNull();
    expect(limitsOf({ ...newForm, password: "sesame", maxDownloads: "3" }, now)).toMatchObject({
      password: "sesame",
      maxDownloads: 3,
    });
  });
  it("has no limit of downloads where it takes files", () => {
    expect(limitsOf({ ...newForm, maxDownloads: "3", allowUpload: true }, now).maxDownloads).toBeNull();
  });
  it("has limits on what is sent where it takes files", () => {
    const form = { ...newForm, allowUpload: true, maxFiles: "20", maxGigabytes: "1,5", maxFileGigabytes: "" };
    expect(limitsOf(form, now)).toMatchObject({ maxFiles: 20, maxBytes: 1_500_000_000, maxFileSize: null });
    expect(limitsOf({ ...form, allowUpload: false }, now)).toMatchObject({ maxFiles: null, maxBytes: null });
    expect(isComplete(form)).toBe(true);
    for (const wrong of ["much", "0", "-1"]) expect(isComplete({ ...form, maxGigabytes: wrong })).toBe(false);
  });
  it("has no empty label or message", () => {
    expect(limitsOf({ ...newForm, label: " ", message: " Hello " }, now)).toMatchObject({
      label: null,
      message: "Hello",
    });
  });
});
