import { listTrash, urlOf } from "@holdfast/contract/client";
import { EarlyRequests } from "@/components/loading/early-requests";
import { TrashScreen } from "@/features/files/trash/trash-screen";

export default function Page() {
  return (
    <>
      <EarlyRequests urls={[urlOf(listTrash, { query: { sort: "trashed", order: "desc", limit: 200 } })]} />
      <TrashScreen />
    </>
  );
}
