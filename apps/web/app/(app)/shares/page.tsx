import { SharesScreen } from "@/features/sharing/shares-screen";

export default function Page() {
  return <SharesScreen />;
}
