import type { ReactNode } from "react";
import { AdminOnly } from "@/features/admin/admin-only";
import { AdminBar } from "@/features/shell/admin-bar";

export default function AdminLayout({ children }: { children: ReactNode }) {
  return (
    <AdminOnly>
      <AdminBar />
      {children}
    </AdminOnly>
  );
}
