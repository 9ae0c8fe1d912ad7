import { expect, test } from "vitest";
import { printReport, runDrill } from "../bench/hostile/drill.ts";

/** Longer and with more: HOLDFAST_HOSTILE_SECONDS=300 HOLDFAST_HOSTILE_CLIENTS=200; `npm run bench -- hostile` measures the times, too. */
const seconds = Number(process.env.HOLDFAST_HOSTILE_SECONDS ?? 15);
const clients = Number(process.env.HOLDFAST_HOSTILE_CLIENTS ?? 40);

test(`ten people work among ${clients} hostile clients for ${seconds} s: each is answered and stays signed in, memory and disk are bounded`, {
  timeout: 120_000 + 2 * seconds * 1000,
}, async () => {
  const options = { seconds, clients };
  const report = await runDrill(options);
  printReport(options, report);
  expect(report.unexpected).toEqual([]);
  expect(report.signedOut).toBe(0);
  // Every kind of client got to do what it is for.
  expect(Object.keys(report.attack.answers).sort()).toEqual([
    ...["archive", "bad token", "doubling", "event stream"],
    ...["link password", "search", "sign-in", "slow"],
  ]);
  for (const statuses of Object.values(report.attack.answers)) expect(Object.keys(statuses)).not.toContain("500");
  expect(report.memory.get("API")?.attacked).toBeLessThan(768);
  expect(report.memory.get("worker")?.attacked).toBeLessThan(512);
  expect(report.grown.database).toBeLessThan(300);
  expect(report.grown.files).toBeLessThan(300);
});
