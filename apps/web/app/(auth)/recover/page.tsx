import type { Metadata } from "next";
import { RecoverScreen } from "@/features/auth/sign-in/recover-screen";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.recover.title };

export default function RecoverPage() {
  return <RecoverScreen />;
}
