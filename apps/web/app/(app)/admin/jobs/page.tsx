import { JobsScreen } from "@/features/admin/jobs-screen";

export default function Page() {
  return <JobsScreen />;
}
