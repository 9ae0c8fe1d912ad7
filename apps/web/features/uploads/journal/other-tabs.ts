const patience = 250;

type Message = { ask: string } | { have: string[]; to: string };

/**
 * Several tabs of one person share the journal. Before a tab calls an upload interrupted, it asks whether another one is
 * still at it.
 */
export class OtherTabs {
  private readonly channel: BroadcastChannel | null;
  private readonly answers = new Map<string, Set<string>>();

  constructor(owner: string, mine: () => Iterable<string>) {
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(`holdfast-uploads-${owner}`) : null;
    this.channel?.addEventListener("message", (event: MessageEvent<Message>) => {
      const message = event.data;
      if ("ask" in message) this.channel?.postMessage({ have: [...mine()], to: message.ask } satisfies Message);
      else for (const id of message.have) this.answers.get(message.to)?.add(id);
    });
  }

  /** The batches that other tabs have in hand. */
  async batches(): Promise<ReadonlySet<string>> {
    const question = String(performance.timeOrigin + Math.random());
    const had = new Set<string>();
    if (!this.channel) return had;
    this.answers.set(question, had);
    this.channel.postMessage({ ask: question } satisfies Message);
    await new Promise((resolve) => setTimeout(resolve, patience));
    this.answers.delete(question);
    return had;
  }

  close(): void {
    this.channel?.close();
  }
}
