import type { Metadata } from "next";
import { SetupForm } from "@/features/auth/setup-form";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.auth.setupTitle };

export default function SetupPage() {
  return <SetupForm />;
}
