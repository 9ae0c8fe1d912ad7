import { listSharedWithMe, urlOf } from "@holdfast/contract/client";
import { EarlyRequests } from "@/components/loading/early-requests";
import { SharedScreen } from "@/features/people/shared/shared-screen";

export default function Page() {
  return (
    <>
      <EarlyRequests urls={[urlOf(listSharedWithMe, { query: { limit: 100 } })]} />
      <SharedScreen />
    </>
  );
}
