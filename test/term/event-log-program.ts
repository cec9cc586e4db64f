/** A program on the terminal kit alone: shows the events that it gets and does what a key asks for. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { SpanLine } from "../../src/term/span-line.ts";
import { line } from "../../src/term/spans.ts";
import { restoreOpenTerminals, Terminal } from "../../src/term/terminal.ts";
import type { TerminalEvent } from "../../src/term/terminal-event.ts";

const shown: string[] = ["ready"];

function described(event: TerminalEvent): string {
  if (event.type === "key") return `key ${event.key.name} ${JSON.stringify(event.key.text)}`;
  if (event.type === "paste") return `paste ${event.text.length} ${JSON.stringify(event.text.slice(0, 20))}`;
  if (event.type === "mouse") {
    const { action, button, row, column, clicks } = event.mouse;
    return `mouse ${action} ${button} ${row},${column} x${clicks}`;
  }
  if (event.type === "resize") return `resize ${event.size.rows}x${event.size.columns}`;
  return JSON.stringify(event);
}

function paint(): void {
  const lines: SpanLine[] = shown.slice(-8).map((text) => line(text));
  terminal.paint({ lines, cursor: { row: 0, column: 0 } });
}

const keys: Readonly<Record<string, () => unknown>> = {
  q: () => {
    terminal[Symbol.dispose]();
    process.exit(0);
  },
  c: async () => {
    await terminal.close();
    process.stdout.write("closed\n");
    process.exit(0);
  },
  e: () => process.exit(5),
  t: () => {
    setTimeout(() => {
      throw new Error("a bug");
    }, 0);
  },
  h: () => {
    restoreOpenTerminals();
    process.stdout.write("the report\n");
    process.exit(70);
  },
  "ctrl+z": () => {
    terminal.suspend();
  },
  l: () =>
    terminal.lend(() => {
      spawnSync("/bin/sh", ["-c", "echo lent; read answer; echo got $answer"], { stdio: "inherit" });
      return Promise.resolve();
    }),
  v: () =>
    terminal.lend(async () => {
      // As an editor does at ctrl+z, which the terminal hands it as a key.
      const editor = 'kill -TSTP 0; echo "edits on"; read answer';
      await once(spawn("/bin/sh", ["-c", editor], { stdio: "inherit" }), "exit");
    }),
  o: () => {
    terminal.setTitle("a \u001b]0;title\u0007");
    terminal.copyToClipboard("copied");
    terminal.ringBell();
  },
};

const terminal: Terminal = Terminal.open({
  input: process.stdin,
  output: process.stdout,
  environment: process.env,
  onEvent: (event) => {
    if (event.type === "closed") {
      process.stdout.write(`bye ${event.reason}\n`);
      process.exit(9);
    }
    shown.push(described(event));
    paint();
    if (event.type === "key") void keys[event.key.name]?.();
  },
});
paint();
