import type { ServerResponse } from "node:http";
import { type ServerEvent, streamEvents } from "@holdfast/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { Listener } from "../database/listen.ts";
import { ProblemError } from "../http/problem.ts";
import { answered, route } from "../http/route.ts";
import type { Events } from "./events.ts";
import { type Followers, followSpaces, type Spaces } from "./follow-spaces.ts";

export interface EventsRoutesDeps {
  readonly events: Events;
  readonly listener: Listener;
  readonly spaces: Spaces;
  /**
   * Is whoever sent this request still signed in and allowed in? Asked again and again while the stream is open. A ProblemError below 500
   * counts as no; that the question could not be answered ends no stream.
   */
  stillSignedIn(request: FastifyRequest): Promise<boolean>;
  /** Default 25 s: proxies end what is silent for 30 or 60. */
  readonly heartbeatMs?: number;
}

/** NOTIFY on it carries the id of a person whose sessions, role or state have changed (see the migrations). */
const principalsChannel = "holdfast_principals";
/** NOTIFY on it says that who may what has changed. */
const grantsChannel = "holdfast_grants";
const HEARTBEAT_MS = 25_000;
/** Who may be signed in is cached for a second: what ended is certain to be seen when asked again after that. */
const RECHECK_MS = 1_500;
const STREAMS_PER_USER = 20;
/** A reader that leaves so much unread is gone or stuck. */
const BACKLOG_BYTES = 256 * 1024;

interface Stream {
  userId: string;
  /** Ends the stream where the session behind it has ended. */
  check(): void;
  end(): void;
}

/** `GET /api/v1/events`: a person's events as they happen, for as long as the session lasts. */
export async function eventsRoutes(app: FastifyInstance, deps: EventsRoutesDeps): Promise<void> {
  const streams = new Set<Stream>();
  const leave = await deps.listener.subscribe(
    principalsChannel,
    (userId) => {
      for (const stream of streams) if (stream.userId === userId) stream.check();
    },
    () => {
      for (const stream of streams) stream.check();
    },
  );
  const followers = followSpaces({ ...deps, log: app.log as Logger });
  const leaveGrants = await deps.listener.subscribe(grantsChannel, followers.refresh, followers.refresh);
  // Before the server waits for its connections: open streams must not hold up a stop.
  app.addHook("preClose", async () => {
    leave();
    leaveGrants();
    followers.close();
    for (const stream of streams) stream.end();
  });

  route(app, streamEvents, ({ principal, request, reply }) => {
    const { userId } = principal;
    if ([...streams].filter((stream) => stream.userId === userId).length >= STREAMS_PER_USER) {
      throw new ProblemError("rate_limited", `Close some pages: at most ${STREAMS_PER_USER} can listen at a time.`, {
        headers: { "retry-after": "30" },
      });
    }
    reply.hijack();
    const headers = { ...reply.getHeaders(), ...streamHeaders };
    reply.raw.writeHead(200, headers as Record<string, string>);
    reply.raw.write("retry: 3000\n\n");
    openStream(request, reply.raw, userId, { ...deps, followers }, streams);
    return answered;
  });
}

const streamHeaders = {
  "content-type": "text/event-stream",
  "cache-control": "no-store, no-transform",
  // nginx would hold events back until its buffer is full.
  "x-accel-buffering": "no",
};

function openStream(
  request: FastifyRequest,
  raw: ServerResponse,
  userId: string,
  deps: EventsRoutesDeps & { followers: Followers },
  streams: Set<Stream>,
): void {
  const send = (event: ServerEvent) => {
    raw.write(`data: ${JSON.stringify(event)}\n\n`);
    if (raw.writableLength > BACKLOG_BYTES) raw.destroy();
  };
  const look = async () => {
    if (raw.writableEnded) return;
    const allowed = await deps
      .stillSignedIn(request)
      .catch((error) => !(error instanceof ProblemError && error.status < 500));
    if (allowed || raw.writableEnded) return;
    send({ type: "session.ended" });
    stream.end();
  };
  let recheck: NodeJS.Timeout | undefined;
  const stream: Stream = {
    userId,
    check() {
      void look();
      clearTimeout(recheck);
      recheck = setTimeout(look, RECHECK_MS).unref();
    },
    end: () => raw.end(),
  };
  const beat = setInterval(() => {
    raw.write(": \n\n");
    void look();
  }, deps.heartbeatMs ?? HEARTBEAT_MS).unref();
  const unsubscribe = deps.events.subscribe(userId, send);
  const unfollow = deps.followers.follow(userId, send);
  streams.add(stream);
  raw.once("close", () => {
    clearInterval(beat);
    clearTimeout(recheck);
    unsubscribe();
    unfollow();
    streams.delete(stream);
  });
}
