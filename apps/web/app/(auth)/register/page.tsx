import type { Metadata } from "next";
import { RegisterForm } from "@/features/auth/registration/register-form";
import messages from "@/messages/en.json";

export const metadata: Metadata = { title: messages.auth.registerTitle };

export default function RegisterPage() {
  return <RegisterForm />;
}
