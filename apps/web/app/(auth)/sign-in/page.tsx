import type { Metadata } from "next";
import { SignInForm } from "@/features/auth/sign-in-form";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.auth.signInTitle };

export default function SignInPage() {
  return <SignInForm />;
}
