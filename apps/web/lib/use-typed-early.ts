"use client";

import { type RefObject, useEffectEvent, useLayoutEffect, useRef } from "react";

/**
 * For a field that the page server draws: what was typed before the page's code was there counts as typed. Otherwise it would mean
 * nothing, and be gone when the field is drawn again.
 * @returns the field's ref
 */
export function useTypedEarly(text: string, onText: (text: string) => void): RefObject<HTMLInputElement | null> {
  const field = useRef<HTMLInputElement>(null);
  const take = useEffectEvent(() => {
    const typed = field.current?.value;
    if (typed !== undefined && typed !== text) onText(typed);
  });
  useLayoutEffect(() => take(), []);
  return field;
}
