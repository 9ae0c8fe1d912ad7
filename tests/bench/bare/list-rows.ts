import type { AddressInfo } from "node:net";
import Fastify from "fastify";
import { listChildren } from "../../../apps/server/src/features/files/listing/list-children.queries.ts";
import { createDatabase } from "../../../apps/server/src/platform/database/database.ts";
import { createPool } from "../../../apps/server/src/platform/database/pool.ts";

/** What a list costs at least: Fastify, and the statement that the product asks, its rows made into the same JSON. */
interface ListOrders {
  databaseUrl: string;
  parentId: string;
  principalId: string;
}

const { databaseUrl, parentId, principalId } = JSON.parse(process.argv[2] as string) as ListOrders;
const pool = createPool(databaseUrl, { max: 10, name: "bare list", onError: () => {} });
const db = createDatabase(pool);
const app = Fastify();
app.get("/", async () => {
  const rows = await listChildren(db, {
    parentId,
    sort: "name",
    order: "asc",
    limit: 101,
    after: null,
    principalId,
    judged: true,
  });
  return { items: rows.map(({ file }) => file), nextCursor: null };
});
await app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ port: (app.server.address() as AddressInfo).port }));
