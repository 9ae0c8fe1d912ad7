import type { HealthState } from "@holdfast/contract";
import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";

/** How each state looks: never by its colour alone. */
export const looks = {
  ok: { icon: CircleCheck, text: "text-success", soft: "bg-success-soft", edge: "border-success/30" },
  notice: { icon: Info, text: "text-accent-text", soft: "bg-accent-soft", edge: "border-line" },
  warning: { icon: TriangleAlert, text: "text-warning", soft: "bg-warning-soft", edge: "border-warning/40" },
  problem: { icon: CircleAlert, text: "text-danger", soft: "bg-danger-soft", edge: "border-danger/40" },
} as const satisfies Record<HealthState, object>;
