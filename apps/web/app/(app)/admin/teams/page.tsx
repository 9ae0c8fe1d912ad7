import { AdminTeamsScreen } from "@/features/people/teams/admin-teams-screen";

export default function Page() {
  return <AdminTeamsScreen />;
}
