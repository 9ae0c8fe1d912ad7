import { listSpaces, urlOf } from "@holdfast/contract/client";
import { EarlyRequests } from "@/components/loading/early-requests";
import { TeamsScreen } from "@/features/people/teams/teams-screen";

export default function Page() {
  return (
    <>
      <EarlyRequests urls={[urlOf(listSpaces, { query: { limit: 100 } })]} />
      <TeamsScreen />
    </>
  );
}
