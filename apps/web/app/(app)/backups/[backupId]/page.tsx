import { SnapshotScreen } from "@/features/backups/snapshot-screen";

export default function Page() {
  return <SnapshotScreen />;
}
