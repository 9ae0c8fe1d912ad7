import { BackupsScreen } from "@/features/backups/backups-screen";

export default function Page() {
  return <BackupsScreen />;
}
