import { AccountScreen } from "@/features/auth/account/account-screen";

export default function Page() {
  return <AccountScreen />;
}
