import { SnapshotScreen } from "@/features/backups/snapshots/snapshot-screen";

export default function Page() {
  return <SnapshotScreen />;
}
