import { SettingsScreen } from "@/features/admin/settings-screen";

export default function Page() {
  return <SettingsScreen />;
}
