import { toast } from "sonner";

type Undo = { run: () => unknown; toast?: string | number };

/** What can be taken back, latest last: by the button of its message as long as that is shown, by Ctrl+Z also later. */
const done: Undo[] = [];
const kept = 20;

export function noteUndo(run: () => unknown): Undo {
  const undo: Undo = { run };
  done.push(undo);
  if (done.length > kept) done.shift();
  return undo;
}

/** Says what was done, with a button that takes it back. */
export function offerUndo(message: string, label: string, run: () => unknown): void {
  const undo = noteUndo(run);
  undo.toast = toast(message, { duration: 10_000, action: { label, onClick: () => takeBack(undo) } });
}

function takeBack(undo: Undo): void {
  const at = done.indexOf(undo);
  if (at >= 0) done.splice(at, 1);
  if (undo.toast !== undefined) toast.dismiss(undo.toast);
  void undo.run();
}

/** Takes back what was done last. @returns whether there was anything */
export function undoLast(): boolean {
  const undo = done.at(-1);
  if (undo) takeBack(undo);
  return undo !== undefined;
}
