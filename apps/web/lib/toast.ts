import type { ExternalToast, toast as Toast } from "sonner";
import { whenUsed } from "./when-used";

/** What draws messages comes with the first one. */
export const toasts = whenUsed(() => import("sonner"));

type Message = Parameters<typeof Toast>[0];

let shown: () => void = () => {};
const ready = new Promise<void>((resolve) => {
  shown = resolve;
});
let wanted = false;
const listeners = new Set<() => void>();

/** Whether there has been a message, and so a place for messages is needed. */
export const placeWanted = {
  subscribe(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  now: () => wanted,
  /** The place is there; what was said before waits for it. */
  met: () => shown(),
};

async function say(how: (toast: typeof Toast) => unknown): Promise<void> {
  wanted = true;
  for (const listener of listeners) listener();
  const [module] = await Promise.all([toasts.load(), ready]);
  how(module.toast);
}

/** A message at the edge of the page, for some seconds. */
export const toast = Object.assign(
  (message: Message, options?: ExternalToast) => void say((toast) => toast(message, options)),
  {
    success: (message: Message, options?: ExternalToast) => void say((toast) => toast.success(message, options)),
    info: (message: Message, options?: ExternalToast) => void say((toast) => toast.info(message, options)),
    dismiss: (id: string | number) => void say((toast) => toast.dismiss(id)),
    error: (message: Message, options?: ExternalToast) => void say((toast) => toast.error(message, options)),
  },
);
