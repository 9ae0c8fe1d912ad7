import type { Document } from "./untrue.ts";

/** How many requirements of level 1 and 2 each section of OWASP ASVS 5.0.0 has; they are numbered from 1 without a gap. */
const SECTIONS = {
  ...{ "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1 },
  ...{ "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4 },
  ...{ "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4 },
  ...{ "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1 },
  ...{ "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3 },
  ...{ "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4 },
  ...{ "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7 },
  ...{ "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2 },
};

const ROW = /^\| (?<id>\d+\.\d+\.\d+) \| (?<state>yes|partly|no|–) \| (?<how>.+?) \| (?<test>.*?) ?\|$/;
const TEST = /^`[^`]+\.(test|browser|crash)\.ts`$/;

/** What is wrong with the table of requirements in `docs/security.md`, one sentence each. Whether a test exists is found with other paths. */
export function unansweredRequirements({ path, text }: Document): string[] {
  const rows = text.split("\n").filter((line) => /^\| \d/.test(line));
  const answers = rows.map((line) => ROW.exec(line)?.groups);
  const ids = answers.map((answer) => answer?.id);
  const wanted = Object.entries(SECTIONS).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, i) => `${section}.${i + 1}`),
  );
  return [
    ...rows.filter((_, i) => !answers[i]).map((line) => `${path}: is no answer to a requirement: ${line}`),
    ...wanted.filter((id) => !ids.includes(id)).map((id) => `${path}: has no answer to ${id}`),
    ...ids
      .filter((id, i) => id && (!wanted.includes(id) || ids.indexOf(id) < i))
      .map((id) => `${path}: has ${id} unasked or twice`),
    ...answers
      .filter(
        (answer) => answer?.state === "yes" && !TEST.test(answer.test ?? "") && !answer.test?.startsWith("reason: "),
      )
      .map((answer) => `${path}: says yes to ${answer?.id} with neither a test nor a reason`),
  ];
}
