import { expect, it } from "vitest";
import { newItem, type UploadItem } from "../types.ts";
import { matchLost } from "./match-lost.ts";

const batch = { id: "b", targetId: null, targetName: "", createdAt: 0 };
const file = (name: string, text = "text", lastModified = 1) => new File([text], name, { lastModified });
const lost = (name: string, dir = ""): UploadItem => ({
  ...newItem(batch, file(name), dir),
  file: undefined,
  status: "lost",
});

it("finds an interrupted upload by its path, size and time", () => {
  const item = lost("a.txt", "folder");
  const others = [
    { file: file("a.txt"), dir: "" },
    { file: file("a.txt", "longer"), dir: "folder" },
    { file: file("a.txt", "text", 2), dir: "folder" },
  ];
  expect(matchLost([item], others)).toEqual([]);
  const found = file("a.txt");
  expect(matchLost([item], [...others, { file: found, dir: "folder" }])).toEqual([{ item, file: found }]);
});

it("finds each once, and none that is not lost", () => {
  const item = lost("a.txt");
  const twice = [
    { file: file("a.txt"), dir: "" },
    { file: file("a.txt"), dir: "" },
  ];
  expect(matchLost([item], twice)).toHaveLength(1);
  item.status = "paused";
  expect(matchLost([item], twice)).toEqual([]);
});
