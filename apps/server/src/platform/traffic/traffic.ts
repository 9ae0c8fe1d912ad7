import { hostname } from "node:os";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Queryable } from "../database/database.ts";
import { type Answered, Tally } from "./tally.ts";
import { writeMinutes } from "./traffic.queries.ts";

/** Minutes that are kept in memory while the database is away; older ones are lost. */
const KEPT = 60;
/** What is measured of the process is looked at so often. */
const SAMPLED_MS = 5_000;

export interface Traffic {
  answered(answer: Answered): void;
  /** One more of something that happens. */
  count(name: string): void;
  /** Measures, and writes each minute once it is over, until it is stopped. @param role what this process is: `api`, `worker` @returns stops, and writes what there is */
  start(role: string): () => Promise<void>;
  /** Writes every minute that is over; with `all` the present one as well. */
  write(all?: boolean): Promise<void>;
}

export interface TrafficDeps {
  /** Commits without waiting for the disk: a crash of PostgreSQL may cost a minute of statistics. */
  readonly relaxed: Queryable;
  readonly clock: Clock;
  readonly log: Logger;
  /** What measures the process from then on: each time it is called it notes values of the moment. */
  sampler(): (gauge: (name: string, value: number) => void) => Promise<void>;
}

/**
 * Counts in this process what it answers, by minute and operation. A request costs a few additions in memory; the database gets one statement a minute.
 * Other processes do the same under names of their own, and all are added up.
 */
export function createTraffic({ relaxed, clock, log, sampler }: TrafficDeps): Traffic {
  let node = hostname();
  const minutes = new Map<number, Tally>();
  const minuteNow = () => Math.floor(clock.now().getTime() / 60_000);
  let writing: Promise<void> = Promise.resolve();

  function now(): Tally {
    const minute = minuteNow();
    let tally = minutes.get(minute);
    if (!tally) {
      minutes.set(minute, (tally = new Tally(minute)));
      // The oldest first: they were put in by their time.
      for (const old of minutes.keys()) if (minutes.size > KEPT) minutes.delete(old);
    }
    return tally;
  }

  async function write(all: boolean): Promise<void> {
    const present = minuteNow();
    const over = [...minutes].filter(([minute]) => all || minute < present);
    if (over.length === 0) return;
    for (const [minute] of over) minutes.delete(minute);
    const operations = over.flatMap(([, tally]) => tally.operations());
    const gauges = over.flatMap(([, tally]) => tally.gauges());
    try {
      await writeMinutes.all(relaxed, node, JSON.stringify(operations), JSON.stringify(gauges));
    } catch (error) {
      // Written again with the next minute. What was written in spite of the error is known by its key.
      for (const [minute, tally] of over) if (!minutes.has(minute)) minutes.set(minute, tally);
      log.warn({ err: error }, "statistics of the last minute could not be written");
    }
  }

  const writeInTurn = (all = false) => (writing = writing.then(() => write(all)));

  return {
    answered: (answer) => now().answered(answer),
    count: (name) => now().gauge(name, 1),
    write: writeInTurn,
    start(role) {
      node = `${hostname()} ${role}`;
      const sample = sampler();
      const look = async () => {
        try {
          await sample((name, value) => now().gauge(name, value));
        } catch (error) {
          log.debug({ err: error }, "a measurement of this process failed");
        }
        if ([...minutes.keys()].some((minute) => minute < minuteNow())) await writeInTurn();
      };
      const timer = setInterval(() => void look(), SAMPLED_MS).unref();
      return async () => {
        clearInterval(timer);
        await writeInTurn(true);
      };
    },
  };
}
