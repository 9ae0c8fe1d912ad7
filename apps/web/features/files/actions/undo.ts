import { toast } from "@/lib/toast";

type Run = () => unknown;
type Entry = { run: Promise<Run | null>; toast?: string };

/** What can be taken back, latest last: by the button of its message as long as that is shown, by Ctrl+Z also later. */
const entries: Entry[] = [];
const kept = 20;
let messages = 0;

/**
 * Begins what can be taken back once it is done; Ctrl+Z before that waits for it, and takes back nothing older. `done` says how, and with
 * a message also that; `failed` says that there is nothing to take back.
 */
export function beginUndo() {
  const { promise, resolve } = Promise.withResolvers<Run | null>();
  const entry: Entry = { run: promise };
  entries.push(entry);
  if (entries.length > kept) entries.shift();
  return {
    done(run: Run, message?: { text: string; label: string }): void {
      resolve(run);
      if (!message || !entries.includes(entry)) return;
      const action = { label: message.label, onClick: () => takeBack(entry) };
      entry.toast = `undo-${messages++}`;
      toast(message.text, { id: entry.toast, duration: 10_000, action });
    },
    failed(): void {
      forget(entry);
      resolve(null);
    },
  };
}

function forget(entry: Entry): void {
  const at = entries.indexOf(entry);
  if (at >= 0) entries.splice(at, 1);
}

function takeBack(entry: Entry): void {
  forget(entry);
  if (entry.toast !== undefined) toast.dismiss(entry.toast);
  void entry.run.then((run) => run?.());
}

/** Takes back what was begun last. */
export function undoLast(): void {
  const entry = entries.at(-1);
  if (entry) takeBack(entry);
}
