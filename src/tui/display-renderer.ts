import type { ToolDisplay } from "../schema/display-block.ts";
import type { LateModules } from "../term/late-modules.ts";
import type { SpanLine } from "../term/span-line.ts";
import type { DisplayLook, RenderDisplay } from "./dialogs/dialog-module.ts";
import { renderDisplayBlocks } from "./transcript/display-blocks.ts";

interface Rendered {
  readonly display: ToolDisplay;
  readonly look: DisplayLook;
  readonly loadCount: number;
  readonly rows: readonly SpanLine[];
}

/** Draws the whole of what a tool would do; remembers the last drawing, since frames and keys ask for the same. */
export function createDisplayRenderer(modules: LateModules): RenderDisplay {
  let last: Rendered | null = null;
  return (display, look) => {
    const isSame =
      last !== null &&
      last.display === display &&
      last.loadCount === modules.loadCount &&
      last.look.width === look.width &&
      last.look.diffMode === look.diffMode &&
      last.look.theme === look.theme;
    if (!isSame || last === null) {
      const { theme, width, diffMode } = look;
      const { rows } = renderDisplayBlocks(display.blocks, { theme, modules, width, diffLayout: diffMode });
      last = { display, look, loadCount: modules.loadCount, rows };
    }
    return last.rows;
  };
}
