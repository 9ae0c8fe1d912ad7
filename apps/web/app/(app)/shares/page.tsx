import { listShares, urlOf } from "@holdfast/contract/client";
import { EarlyRequests } from "@/components/loading/early-requests";
import { SharesScreen } from "@/features/sharing/shares-screen";

export default function Page() {
  return (
    <>
      <EarlyRequests urls={[urlOf(listShares, { query: { limit: 100 } })]} />
      <SharesScreen />
    </>
  );
}
