import { ApiError } from "./api";

type Words = (key: "required" | "email" | "address" | "other") => string;

/** Errors that are about one field, and the names that such a field has in our forms. */
const fieldsOf: Partial<Record<string, readonly string[]>> = {
  weak_password: ["password", "new"],
  email_taken: ["email"],
  setup_token_invalid: ["token"],
};

/**
 * Puts what the server said about a field beside that field, and the focus into it. False where it is about none of this form: then it is
 * the form's own problem.
 */
export function showFieldProblems(form: HTMLFormElement, error: unknown, t: Words): boolean {
  if (!(error instanceof ApiError)) return false;
  const problems: [name: string, message: string][] = [];
  for (const name of fieldsOf[error.code] ?? []) problems.push([name, error.message]);
  for (const { path } of error.problem.errors ?? []) problems.push([path.split(".").at(-1) ?? "", ""]);
  let first: HTMLInputElement | undefined;
  for (const [name, message] of problems) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLInputElement) || field.type === "hidden") continue;
    field.setCustomValidity(message || sentenceFor(field, t));
    field.checkValidity();
    first ??= field;
  }
  first?.focus();
  return first !== undefined;
}

/** What to do about a field that the browser, or the server, does not take. */
export function sentenceFor(field: HTMLInputElement, t: Words): string {
  const { valueMissing, customError } = field.validity;
  if (customError) return field.validationMessage;
  if (valueMissing || field.value.trim() === "") return t("required");
  if (field.type === "email") return t("email");
  return t(field.type === "url" ? "address" : "other");
}

/** Whether every field holds what it may; else each says what it needs, and the first has the focus. */
export function checkFields(form: HTMLFormElement): boolean {
  if (form.checkValidity()) return true;
  const bad = [...form.elements].find((element) => element instanceof HTMLInputElement && !element.validity.valid);
  if (bad instanceof HTMLInputElement) bad.focus();
  return false;
}
