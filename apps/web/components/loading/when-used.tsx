import { type ComponentType, createElement, type ReactNode } from "react";
import { usePart, whenUsed } from "@/lib/when-used";

/**
 * A component whose code is loaded when it is first shown: `isUsed` says by its props when that is. Once it is there, it stays mounted,
 * so that it can close in its own way. It draws nothing before.
 */
export function shownWhenUsed<C extends (props: never) => ReactNode>(
  load: () => Promise<C>,
  isUsed: (props: Parameters<C>[0]) => boolean,
): C {
  const part = whenUsed(load);
  const Lazy = (props: Parameters<C>[0]) => {
    const Component = usePart(part, isUsed(props));
    return Component ? createElement(Component as unknown as ComponentType<object>, props as object) : null;
  };
  return Lazy as C;
}
