const gap = 6;
const margin = 8;

type Box = { left: number; top: number; width: number; height: number };
type Size = { width: number; height: number };

/** Where a label goes: above what it names, below where there is no room, and never out of the window. */
export function tooltipPlace(of: Box, label: Size, viewport: Size): { left: number; top: number } {
  const above = of.top - gap - label.height;
  const centred = of.left + (of.width - label.width) / 2;
  return {
    left: Math.max(margin, Math.min(centred, viewport.width - margin - label.width)),
    top: above >= margin ? above : of.top + of.height + gap,
  };
}
