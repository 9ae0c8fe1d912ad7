import { printReport, runDrill } from "./hostile/drill.ts";

const SECONDS = Number(process.env.HOLDFAST_HOSTILE_SECONDS ?? 300);
const CLIENTS = Number(process.env.HOLDFAST_HOSTILE_CLIENTS ?? 200);
const MARK = 2;

/** Ten people at work, quiet and under attack by HOLDFAST_HOSTILE_CLIENTS for HOLDFAST_HOSTILE_SECONDS: fails where it is felt. */
export async function run(): Promise<void> {
  const options = { seconds: SECONDS, clients: CLIENTS };
  const report = await runDrill(options);
  printReport(options, report);
  const ratio = report.attacked.p99 / report.quiet.p99;
  if (report.signedOut > 0) throw new Error(`${report.signedOut} people were signed out`);
  if (report.unexpected.length > 0) throw new Error(`${report.unexpected.length} answers were not as they should be`);
  if (ratio > MARK) throw new Error(`the p99 of ordinary people is ${ratio.toFixed(1)} times the quiet one`);
}
