import { InstanceBackupsScreen } from "@/features/backups/page/instance-screen";

export default function Page() {
  return <InstanceBackupsScreen />;
}
