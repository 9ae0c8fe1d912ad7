import { TeamScreen } from "@/features/people/teams/team-screen";

export default function Page() {
  return <TeamScreen />;
}
