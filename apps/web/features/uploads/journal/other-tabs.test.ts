import { afterEach, expect, it } from "vitest";
import { OtherTabs } from "./other-tabs.ts";

const tabs: OtherTabs[] = [];
const tab = (owner: string, ...batches: string[]) => {
  const opened = new OtherTabs(owner, () => batches);
  tabs.push(opened);
  return opened;
};
afterEach(() => {
  for (const opened of tabs.splice(0)) opened.close();
});

it("hears from every other tab of the same user what it has in hand, and from no other user's", async () => {
  const mine = tab("ada", "mine");
  tab("ada", "one", "two");
  tab("ada", "three");
  tab("bob", "not ours");
  expect([...(await mine.batches())].sort()).toEqual(["one", "three", "two"]);
});

it("hears nothing from a tab that was closed", async () => {
  const mine = tab("ada");
  tab("ada", "one").close();
  expect([...(await mine.batches())]).toEqual([]);
});
