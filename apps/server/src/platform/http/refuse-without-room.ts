import type { FastifyInstance } from "fastify";
import type { Room } from "../storage/room.ts";

/**
 * What adds rows says so in the contract by `disk_full`, and is refused before the database's disk is full, whoever sends how many of them.
 * Reading, signing in and deleting are not.
 */
export function refuseWithoutRoom(app: FastifyInstance, room: Pick<Room, "checkRows">): void {
  app.addHook("onRequest", async (request) => {
    const errors: readonly string[] | undefined = request.routeOptions.config.operation?.errors;
    if (errors?.includes("disk_full")) await room.checkRows();
  });
}
