import { InstanceBackupsScreen } from "@/features/backups/instance-screen";

export default function Page() {
  return <InstanceBackupsScreen />;
}
