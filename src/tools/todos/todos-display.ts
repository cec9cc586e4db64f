import type { ListItem, ToolDisplay } from "../../schema/display-block.ts";
import { type DisplayedCall, failedDisplay, objectsAt, textAt } from "../display-input.ts";

const states = ["pending", "in_progress", "completed"] as const;

export function displayTodos(call: DisplayedCall): ToolDisplay {
  const { input, result } = call;
  const head = { title: "To-Do", subject: "" };
  if (result?.isError === true) return failedDisplay(call, head);
  const stored = objectsAt(result?.metadata ?? {}, "todos");
  const items = (stored.length > 0 ? stored : objectsAt(input, "todos")).map((todo): ListItem => {
    const state = states.find((candidate) => candidate === todo["status"]);
    return { text: textAt(todo, "content"), ...(state === undefined ? {} : { state }) };
  });
  const done = items.filter((item) => item.state === "completed").length;
  const started = textAt(result?.metadata ?? {}, "just_started");
  return {
    title: head.title,
    subject: started,
    ...(items.length === 0 ? {} : { summary: `${done}/${items.length}` }),
    blocks: items.length === 0 ? [] : [{ kind: "list", items }],
  };
}
