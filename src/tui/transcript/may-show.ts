import type { DisplayCall } from "../../schema/display-block.ts";
import { sanitizeLines, sanitizeOutput } from "../../term/sanitize.ts";
import { roughToolText } from "./render-tool.ts";
import type { TranscriptItem } from "./transcript-item.ts";

/** Signs that Markdown takes out of a text, and what stands between words. */
const markup = /[*_~`\\[\]]+/gu;
const between = /[^\p{L}\p{N}\p{M}]+/gu;
/** A reference shows what stands elsewhere, a picture or an entity what stands nowhere. */
const unlikeSource = /!\[|\]:|&#?\w{1,8};/u;
/** The title of a link, which is not shown: quoted, right before the bracket that ends the link. */
const titleEnd = /["')]\s*\)/u;
/** Shown with other numbers than it may be written with. */
const orderedItem = /^[ \t>*+-]*\d+[.)]\s/mu;

function bare(text: string): string {
  return text.toLowerCase().replaceAll(markup, "").replaceAll(between, " ");
}

/**
 * Whether a text may stand in what is shown of an item, told without drawing it: most items of a long session need not be
 * drawn to be searched. False is sure.
 */
export class ShownGuess {
  readonly #wanted: string;
  readonly #isSure: boolean;
  readonly #displayCall: DisplayCall;

  constructor(wanted: string, displayCall: DisplayCall) {
    this.#wanted = bare(wanted);
    // Signs alone are shown as they are, or drawn: nothing can be told.
    this.#isSure = this.#wanted.trim() !== "";
    this.#displayCall = displayCall;
  }

  mayShow(item: TranscriptItem): boolean {
    if (!this.#isSure) return true;
    switch (item.kind) {
      case "answer":
        return item.isSummary || this.#inMarkdown(item.text);
      case "thinking":
        return this.#inMarkdown(`${item.part.thinking}\nThinking, thought for`);
      case "prompt":
        return item.attachments.length > 0 || this.#holds(sanitizeLines(item.text));
      case "shell":
        return this.#holds(sanitizeOutput(`! ${item.part.command} exit ${item.part.exitCode}\n${item.part.output}`));
      case "tool":
        return this.#holds(sanitizeOutput(roughToolText(item, this.#displayCall)));
      default:
        return true;
    }
  }

  #inMarkdown(source: string): boolean {
    if (unlikeSource.test(source) || (/\d/u.test(this.#wanted) && orderedItem.test(source))) return true;
    if (source.includes("](") && titleEnd.test(source)) return true;
    return this.#holds(sanitizeLines(source));
  }

  #holds(text: string): boolean {
    return ` ${bare(text)} `.includes(this.#wanted);
  }
}
