import type { ComponentProps } from "react";
import { Button } from "@/components/button/button";
import { Tooltip } from "@/components/button/tooltip";

type IconButtonProps = Omit<ComponentProps<typeof Button>, "aria-label"> & {
  label: string;
  /** What is read out, where the label alone does not say which of many it is for. */
  spoken?: string;
};

/** A button that is a picture: its label shows when the pointer rests on it. */
export function IconButton({ label, spoken = label, ...rest }: IconButtonProps) {
  return (
    <Tooltip label={label}>
      <Button variant="ghost" size="icon" {...rest} aria-label={spoken} />
    </Tooltip>
  );
}
