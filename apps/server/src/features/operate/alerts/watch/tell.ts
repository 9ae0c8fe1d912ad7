import type { Queryable } from "../../../../platform/database/database.ts";
import { newId } from "../../../../platform/ids.ts";
import { type Channel, takes } from "../channels/channel.ts";
import { enterDelivery, takeToTell, wasTold } from "./telling.queries.ts";

/** Enters a message for each channel that is to be told of what has opened or ended, in the transaction. Returns whether there was anything. */
export async function tell(tx: Queryable, channels: readonly Channel[]): Promise<boolean> {
  const news = await takeToTell.all(tx);
  for (const { id, severity, event } of news) {
    const told = event === "resolved" ? new Set((await wasTold.all(tx, id)).map((row) => row.channel_id)) : null;
    for (const channel of channels) {
      const wanted = told === null ? takes(channel, severity) : channel.sendResolved && told.has(channel.id);
      if (wanted) await enterDelivery.count(tx, newId(), id, channel.id, event);
    }
  }
  return news.length > 0;
}
