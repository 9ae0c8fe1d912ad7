import { describe, expect, it } from "vitest";
import { tooltipPlace } from "./tooltip-place.ts";

const viewport = { width: 390, height: 800 };
const label = { width: 100, height: 24 };

describe("the place of a tooltip", () => {
  it("is above, in the middle", () => {
    expect(tooltipPlace({ left: 150, top: 200, width: 40, height: 40 }, label, viewport)).toEqual({
      left: 120,
      top: 170,
    });
  });

  it("is below at the upper edge", () => {
    expect(tooltipPlace({ left: 150, top: 10, width: 40, height: 40 }, label, viewport).top).toBe(56);
  });

  it("stays within the window at both sides", () => {
    expect(tooltipPlace({ left: 0, top: 200, width: 40, height: 40 }, label, viewport).left).toBe(8);
    expect(tooltipPlace({ left: 350, top: 200, width: 40, height: 40 }, label, viewport).left).toBe(282);
  });
});
