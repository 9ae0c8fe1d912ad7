import { useTranslations } from "next-intl";
import { Field } from "@/components/form/field";

/** For an authenticator's code, or for one of the recovery codes. What was typed for the one is not taken for the other. */
export function CodeField({ recovering, first = false }: { recovering: boolean; first?: boolean }) {
  const t = useTranslations("secondFactor");
  return (
    <Field
      key={String(recovering)}
      label={t(recovering ? "recoveryCode" : "code")}
      name="code"
      inputMode={recovering ? "text" : "numeric"}
      autoComplete={recovering ? "off" : "one-time-code"}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={recovering ? 40 : 10}
      required
      first={first}
    />
  );
}
