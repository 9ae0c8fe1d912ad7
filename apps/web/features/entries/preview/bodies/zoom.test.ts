import { describe, expect, it } from "vitest";
import { fitted, moved, zoomed } from "./zoom.ts";

const picture = { width: 400, height: 300 };
const frame = { width: 500, height: 300 };

describe("zooming a picture", () => {
  it("keeps what is under the pointer where it is", () => {
    const view = zoomed(fitted, 2, { x: 100, y: 50 }, picture, frame, 8);
    expect(view).toEqual({ scale: 2, x: -100, y: -50 });
    // A point of the picture p lies at view + p * scale: (100, 50) is where it was.
    expect(view.x + 100 * view.scale).toBe(100);
  });
  it("goes no farther than fitted and the most, and back in the middle", () => {
    expect(zoomed({ scale: 1.5, x: -40, y: 0 }, 0.1, { x: 100, y: 0 }, picture, frame, 8)).toEqual({
      scale: 1,
      x: 0,
      y: 0,
    });
    expect(zoomed(fitted, 100, { x: 0, y: 0 }, picture, frame, 8).scale).toBe(8);
  });
  it("moves up to its edges", () => {
    expect(moved(fitted, { x: 90, y: 90 }, picture, frame)).toEqual(fitted);
    expect(moved({ scale: 2, x: 0, y: 0 }, { x: 999, y: -999 }, picture, frame)).toEqual({ scale: 2, x: 150, y: -150 });
  });
});
