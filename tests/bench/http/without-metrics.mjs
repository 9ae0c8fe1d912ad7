// node --import this: the server with nothing counted, to hold it beside the one that counts.
import { registerHooks } from "node:module";

const stub = new URL("../bare/no-metrics.ts", import.meta.url).href;
registerHooks({
  resolve(specifier, context, next) {
    return specifier.endsWith("/metrics/metrics.ts") ? { url: stub, shortCircuit: true } : next(specifier, context);
  },
});
