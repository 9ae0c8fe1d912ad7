import type { AlertsDeps, AlertsOptions } from "./alerts.deps.ts";
import { createTraffic } from "./sensors/traffic.ts";

export function createAlerts(options: AlertsOptions): AlertsDeps {
  return { ...options, traffic: createTraffic() };
}
