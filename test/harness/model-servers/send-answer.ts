import type { ServerResponse } from "node:http";
import { answerFrames } from "./answer-frames.ts";
import { ByteCutter } from "./byte-cutter.ts";
import type { ScriptedFault, ScriptedStep } from "./script.ts";
import type { SeededRandom } from "./seeded-random.ts";
import type { SettledStep, StepEncoder, WireServer } from "./wire-server.ts";

export interface Answer {
  readonly step: ScriptedStep;
  readonly settled: SettledStep;
  readonly encoder: StepEncoder;
}

type MidwayFault = Extract<ScriptedFault, { at: "middle" }>;

/** Sends the step's stream. True where it went out in full and ended in good order. */
export async function sendAnswer(
  response: ServerResponse,
  { step, settled, encoder }: Answer,
  { server, random }: { readonly server: WireServer; readonly random: SeededRandom },
): Promise<boolean> {
  const cutter = new ByteCutter(response, step.rate === undefined ? random : null);
  const fault = step.fault?.at === "middle" ? step.fault : null;
  const startMs = performance.now();
  let count = 0;
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" });
  response.flushHeaders();
  for (const frame of answerFrames(settled, encoder, { step, random })) {
    if (fault !== null && count === fault.afterFrames) {
      await breakOff(response, cutter, { fault, server });
      return false;
    }
    if (step.hold?.afterFrames === count) await hold(response, cutter, step.hold.until);
    const pauseMs = frame.dueMs === null ? (step.delayMs ?? 0) : startMs + frame.dueMs - performance.now();
    await pause(response, cutter, pauseMs);
    if (response.destroyed) return false;
    if (step.hasPings === true && random.integer(0, 2) === 0) await cutter.write(server.ping);
    await cutter.write(frame.text);
    count += 1;
  }
  await cutter.flush();
  if (response.destroyed) return false;
  response.end();
  return true;
}

/** Waits, but not longer than the client stays. */
async function hold(response: ServerResponse, cutter: ByteCutter, until: Promise<void>): Promise<void> {
  await cutter.flush();
  await Promise.race([until, untilClosed(response)]);
}

async function breakOff(
  response: ServerResponse,
  cutter: ByteCutter,
  { fault, server }: { readonly fault: MidwayFault; readonly server: WireServer },
): Promise<void> {
  await cutter.flush();
  if (fault.error === "hang") {
    await untilClosed(response);
    return;
  }
  if (fault.error === "drop") {
    response.destroy();
    return;
  }
  if (fault.error === "garbage") await cutter.write("data: {not json\n\n");
  else if (fault.error !== "truncate") await cutter.write(server.failMidway(fault.error));
  await cutter.flush();
  response.end();
}

/** Waits, but not longer than the client stays. */
async function pause(response: ServerResponse, cutter: ByteCutter, delayMs: number): Promise<void> {
  if (delayMs <= 0) return;
  await cutter.flush();
  await new Promise<void>((resolve) => {
    const stop = (): void => {
      clearTimeout(timer);
      response.off("close", stop);
      resolve();
    };
    const timer = setTimeout(stop, delayMs);
    response.once("close", stop);
  });
}

export async function untilClosed(response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.once("close", resolve);
  });
}
