import { currentSession, urlOf } from "@holdfast/contract/client";
import type { Metadata } from "next";
import { EarlyRequests } from "@/components/loading/early-requests";
import { SignInForm } from "@/features/auth/sign-in/sign-in-form";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.auth.signInTitle };

export default function SignInPage() {
  return (
    <>
      <EarlyRequests urls={[urlOf(currentSession, {})]} />
      <SignInForm />
    </>
  );
}
