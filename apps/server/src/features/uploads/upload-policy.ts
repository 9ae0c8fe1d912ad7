/** How long an upload that nobody touches is kept. */
export const uploadDays = 7;
/** And one that is complete and waits for its owner's decision. */
export const refusedDays = 30;
