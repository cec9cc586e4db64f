import type { App } from "../app/app.ts";
import type { Clock } from "../lib/clock.ts";
import type { Frame } from "../term/span-line.ts";
import type { Size } from "../term/terminal-event.ts";
import type { DialogTable, RenderDisplay } from "./dialogs/dialog-module.ts";
import type { ScreenControl } from "./perform/perform-context.ts";
import type { OpenProject } from "./project-target.ts";
import type { CreateTranscriptPane } from "./transcript-pane.ts";

/** The terminal as the program uses it; the kit's `Terminal` is one. */
export interface ProgramScreen extends ScreenControl {
  readonly size: Size;
  paint(frame: Frame): void;
  setTitle(title: string): void;
}

export interface ProgramOptions {
  readonly app: App;
  readonly screen: ProgramScreen;
  readonly clock: Clock;
  readonly createPane: CreateTranscriptPane;
  readonly renderDisplay: RenderDisplay;
  readonly hasColors: boolean;
  readonly openProject: OpenProject;
  /** Absent: loaded after the first paint. */
  readonly dialogs?: DialogTable;
  /** Resolves when nothing is being loaded for what the screen shows. */
  readonly whenLoaded: () => Promise<void>;
  /** Called each time when everything that was begun is done and painted; a turn that waits for a person is done. */
  readonly onIdle?: () => void;
}
