import { useEffect, useState } from "react";
import { waitForServer } from "./request/connection";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 5_000;

/** Code that travels in a file of its own. */
export interface Part<M> {
  /** Loads it, once. Without a network it is asked for again until it is there. */
  load(): Promise<M>;
  /** What has been loaded; undefined before. */
  now(): M | undefined;
  /** Calls once it is there, at once where it is. Loads nothing by itself. @returns a function that calls it off */
  whenThere(work: (module: M) => void): () => void;
}

const waiting = new Set<() => Promise<unknown>>();

/**
 * Code that the first view does not need: loaded when it is used, when the pointer comes near, or at the latest when the page has been
 * idle for a moment (`loadWhenIdle`), so that a page that stands has everything and works without a network.
 */
export function whenUsed<M>(load: () => Promise<M>): Part<M> {
  let module: M | undefined;
  let running: Promise<M> | undefined;
  const works = new Set<(module: M) => void>();
  const part: Part<M> = {
    now: () => module,
    load() {
      waiting.delete(part.load);
      running ??= untilThere(load).then((loaded) => {
        module = loaded;
        for (const work of works) work(loaded);
        works.clear();
        return loaded;
      });
      return running;
    },
    whenThere(work) {
      if (module) work(module);
      else works.add(work);
      return () => works.delete(work);
    },
  };
  if (typeof window !== "undefined") waiting.add(part.load);
  return part;
}

/** The part; undefined until `used` was true once and the code is there. */
export function usePart<M>(part: Part<M>, used: boolean): M | undefined {
  const [module, setModule] = useState(part.now);
  useEffect(() => {
    if (!used || module) return;
    let gone = false;
    void part.load().then((loaded) => {
      if (!gone) setModule(() => loaded);
    });
    return () => {
      gone = true;
    };
  }, [part, used, module]);
  return module ?? (used ? part.now() : undefined);
}

async function untilThere<M>(load: () => Promise<M>): Promise<M> {
  let done: (() => void) | undefined;
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await load();
      } catch {
        done ??= waitForServer();
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  } finally {
    done?.();
  }
}

/** How long a page is left alone after its first view. */
const PAUSE_MS = 1_500;

/** Calls when the page has stood for a moment and has nothing else to do. @returns a function that calls it off */
export function whenIdle(work: () => void): () => void {
  let off = false;
  const timer = setTimeout(() => void idle().then(() => off || work()), PAUSE_MS);
  return () => {
    off = true;
    clearTimeout(timer);
  };
}

function idle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(() => resolve(), { timeout: 3_000 });
    else setTimeout(resolve, 200);
  });
}

/** Loads what has not been used yet, one part after the other, while the page is idle. @returns a function that stops it */
export function loadWhenIdle(): () => void {
  let stopped = false;
  const run = async () => {
    performance.mark("idle-code");
    for (const load of waiting) {
      await idle();
      if (stopped) return;
      await load();
    }
    performance.mark("idle-code-there");
  };
  const callOff = whenIdle(() => void run());
  return () => {
    stopped = true;
    callOff();
  };
}
