import { problemOf } from "@/lib/api";
import type { PauseReason } from "../types";
import { failureOf } from "./failure";
import { pauses } from "./pace";
import type { Reach } from "./reach";
import type { SchedulerOptions, Work } from "./work";

/** What the scheduler does for what failed. */
type Line<T extends Work> = {
  put: (items: readonly T[]) => void;
  /** They are the next again. */
  putBack: (items: readonly T[]) => void;
  pause: (reason: PauseReason) => void;
  run: () => void;
};

/** What becomes of items whose request failed: they wait, are refused, or everything stands still. */
export class Failures<T extends Work> {
  private readonly options: SchedulerOptions<T>;
  private readonly reach: Reach;
  private readonly line: Line<T>;

  constructor(options: SchedulerOptions<T>, reach: Reach, line: Line<T>) {
    this.options = options;
    this.reach = reach;
    this.line = line;
  }

  /** Nobody knows which of them it was: where it was one, each is asked for on its own. The others of one that was stopped go on. */
  ofTogether(items: readonly T[], error: unknown): Promise<void> | void {
    const failure = failureOf(error);
    if (failure !== "refused" && failure !== "stopped") return this.of(items, error);
    for (const item of items) if (failure === "refused") item.alone = true;
    this.line.putBack(items);
  }

  /** They had one request each, or what is said is said of each. */
  of(items: readonly T[], error: unknown): Promise<void> | void {
    const failure = failureOf(error);
    if (failure === "stopped") return;
    if (failure === "unanswered") return this.unanswered(items, error);
    this.reach.heard();
    if (failure === "later") return this.later(items, error);
    if (failure === "refused" || !this.options.pausesForAll) return this.refused(items, error);
    // Stand still with the reason instead of failing thousands.
    this.line.put(items);
    this.line.pause(problemOf(error));
  }

  /** Where the server is away, no number of attempts is too many; where it is there, something else is wrong with this request. */
  private async unanswered(items: readonly T[], error: unknown): Promise<void> {
    const { resends, setStatus } = this.options;
    if (resends) for (const item of items) setStatus(item, "waiting");
    const before = new Map(items.map((item) => [item, item.status]));
    const answers = await this.reach.ask();
    const left = items.filter((item) => item.status === before.get(item));
    if (!resends) return this.refused(left, error);
    if (answers) return this.later(left, error);
    for (const item of left) item.tries = 0;
    this.line.putBack(left);
  }

  private later(items: readonly T[], error: unknown): void {
    const [again, over] = [
      items.filter(({ tries }) => tries < pauses.length),
      items.filter(({ tries }) => tries >= pauses.length),
    ];
    this.refused(over, error);
    if (again.length === 0) return;
    const pause = pauses[Math.max(...again.map(({ tries }) => tries))];
    for (const item of again) {
      item.tries++;
      this.options.setStatus(item, "waiting");
    }
    setTimeout(() => {
      this.line.put(again.filter(({ status }) => status === "waiting"));
      this.line.run();
    }, pause);
  }

  private refused(items: readonly T[], error: unknown): void {
    for (const item of items) this.options.onRefused(item, error);
  }
}
