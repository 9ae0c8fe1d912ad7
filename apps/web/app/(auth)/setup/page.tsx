import type { Metadata } from "next";
import { SetupScreen } from "@/features/setup/setup-screen";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.auth.setupTitle };

export default function SetupPage() {
  return <SetupScreen />;
}
