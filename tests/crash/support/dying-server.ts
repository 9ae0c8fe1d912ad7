import pg from "pg";
import { buildApi } from "../../../apps/server/src/api.ts";
import { loadConfig } from "../../../apps/server/src/config.ts";
import { systemClock } from "../../../apps/server/src/platform/clock.ts";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";
import { createLog } from "../../../apps/server/src/platform/log.ts";
import { createServices } from "../../../apps/server/src/services.ts";

/**
 * The API in a process of its own that can be told to die, with SIGKILL, at the n-th statement that it sends to PostgreSQL: before it is
 * sent, or as soon as it is. Settings come from the environment; orders by `process.send`.
 */
export interface Orders {
  /** Counted from when the order comes; 0: live on. */
  dieAt: number;
  when: "before" | "sent";
}
export type Report = { ready: true } | { armed: true } | { statements: number };

let statements = 0;
let orders: Orders = { dieAt: 0, when: "before" };
const die = () => process.kill(process.pid, "SIGKILL");
const send = (report: Report) => process.send?.(report);

const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function counted(this: pg.Client, ...args: unknown[]) {
  statements++;
  const last = statements === orders.dieAt;
  if (last && orders.when === "before") die();
  const answer = query.apply(this, args);
  if (last) die();
  return answer;
} as typeof pg.Client.prototype.query;

process.on("message", (message: Orders | "count") => {
  if (message === "count") return void send({ statements });
  orders = message;
  statements = 0;
  send({ armed: true });
});
process.on("disconnect", die);

const config = loadConfig(process.env);
const databaseUrl = process.env.DATABASE_URL ?? "";
const log = createLog(config, "test");
const pool = createPool(databaseUrl, { max: 10, name: "dying", onError: () => {} });
const services = await createServices(config, { pool, databaseUrl, log, clock: systemClock });
await services.auth.prepare();
const app = await buildApi(services);
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
send({ ready: true });
