import { giveBackMemory } from "./give-back-memory.ts";

/**
 * The child's half of `child.ts`: closes on request, and when the parent is gone, however it went. Signals from a
 * terminal are the parent's business.
 */
export function obeyParent(close: () => Promise<void>): void {
  process.on("SIGINT", () => {});
  process.on("message", (message) => {
    if (message === "stop") void close().finally(() => process.exit(0));
  });
  // A parent that was killed takes its database along; there is nothing left to finish.
  process.on("disconnect", () => process.exit(1));
}

/** Answers what the parent asks (`Child.ask`); what cannot be answered is not. */
export function answerParent(question: string, answer: () => Promise<unknown>): void {
  process.on("message", (message: { question?: string; id?: number }) => {
    if (message.question !== question) return;
    answer().then(
      (given) => process.send?.({ to: message.id, answer: given }),
      () => {},
    );
  });
}

export function announceReady(): void {
  process.send?.("ready");
  giveBackMemory();
}
