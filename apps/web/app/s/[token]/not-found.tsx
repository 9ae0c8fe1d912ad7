import { DeadLink } from "@/features/sharing/recipient/dead-link";

export default function ShareNotFound() {
  return <DeadLink />;
}
