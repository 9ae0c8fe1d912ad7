import { BackupsScreen } from "@/features/backups/page/backups-screen";

export default function Page() {
  return <BackupsScreen />;
}
