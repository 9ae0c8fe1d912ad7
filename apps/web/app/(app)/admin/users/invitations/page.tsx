import { InvitationsScreen } from "@/features/admin/invitations-screen";

export default function Page() {
  return <InvitationsScreen />;
}
