import type { Role } from "@holdfast/contract";
import { useTranslations } from "next-intl";
import { LabelledSelect } from "@/components/form/select";

/** What somebody may do. */
export function RoleSelect({ value, onValueChange }: { value: Role; onValueChange: (role: Role) => void }) {
  const t = useTranslations("users");
  return (
    <LabelledSelect
      label={t("roleLabel")}
      value={value}
      onValueChange={onValueChange}
      items={[
        { value: "user", label: t("role.user") },
        { value: "admin", label: t("role.admin") },
      ]}
    />
  );
}
