/** A folder that takes files from outside; null is the root. */
export type OutsideTarget = { id: string | null; name: string };

/** Makes an element such a folder, for `folderUnder`. */
export function outsideTarget(id: string | null, name: string) {
  return { "data-drop-id": id ?? "root", "data-drop-name": name };
}

/** How it looks while files are over it; set on the element itself, as a drag moves faster than a list should be drawn. */
export const overClass = "data-drop-over:bg-accent-soft data-drop-over:outline-2 data-drop-over:outline-accent";

export function markOver(element: Element | null, over: boolean): void {
  element?.toggleAttribute("data-drop-over", over);
}

/** The folder under the pointer: one with its own place on the page, or in the zone the one that is `open`; null beside both. */
export function folderUnder(
  under: Element,
  zone: Element | null,
  open: OutsideTarget,
): { element: Element | null; target: OutsideTarget } | null {
  const element = under.closest("[data-drop-id]");
  if (element) {
    const id = element.getAttribute("data-drop-id");
    const target = { id: id === "root" ? null : id, name: element.getAttribute("data-drop-name") ?? "" };
    return { element, target };
  }
  return zone?.contains(under) ? { element: null, target: open } : null;
}
