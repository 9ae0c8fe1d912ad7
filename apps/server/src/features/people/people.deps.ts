import type { DirectorySetting } from "@holdfast/contract";
import type { Clock } from "../../platform/clock.ts";
import type { Database } from "../../platform/database/database.ts";
import type { Events } from "../../platform/events/events.ts";
import type { Room } from "../../platform/storage/room.ts";

/** What the people feature is built from. */
export interface PeopleDeps {
  db: Database;
  events: Events;
  clock: Clock;
  room: Room;
  /** Who finds whom. */
  directory(): DirectorySetting;
}
