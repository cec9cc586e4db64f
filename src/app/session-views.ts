import { maskSecrets } from "../lib/mask-secrets.ts";
import type { SessionId } from "../schema/ids.ts";
import type { BinaryPart } from "../schema/message.ts";
import type { ReadHandle } from "../store/handle.ts";
import { getSession } from "../store/sessions.ts";
import {
  type DraftAttachment,
  getView,
  hasDraftAttachments,
  listDraftAttachments,
  listNumbered,
  listShown,
  setDraftAttachments,
  setNumbered,
  setView,
} from "../store/views.ts";
import type { Context } from "./context.ts";
import { maskPart } from "./mask-content.ts";
import type { SessionViews } from "./views.ts";

type ViewContext = Pick<Context, "store" | "secrets" | "unsaved" | "ends">;

export function sessionViews({ store, secrets, unsaved, ends }: ViewContext): SessionViews {
  const rows = new WeakMap<BinaryPart, DraftAttachment>();
  const rowOf = (part: BinaryPart): DraftAttachment => {
    const known = rows.get(part);
    if (known !== undefined) return known;
    const masked = maskPart(part, secrets());
    const row = { ...(masked.type === "binary" ? masked : part), id: crypto.randomUUID() };
    rows.set(part, row);
    return row;
  };
  return {
    read: (sessionId) => store.read((tx) => getView(tx, sessionId)),
    save: async (sessionId, view, numbered) => {
      if (unsaved.get(sessionId) !== undefined) return;
      const masked = maskSecrets(view, secrets());
      await store.transact((tx) => {
        setView(tx, sessionId, masked);
        if (numbered !== null) setNumbered(tx, numbered);
      });
    },
    attachments: (sessionId) =>
      store
        .read((tx) => listDraftAttachments(tx, sessionId))
        .map((row) => {
          const { type, path, mimeType, data } = row;
          const part: BinaryPart = { type, path, mimeType, data };
          rows.set(part, row);
          return part;
        }),
    saveAttachments: async (sessionId, attachments) => {
      const wanted = attachments.map(rowOf);
      await store.transact((tx) => {
        if (wanted.length > 0) unsaved.save(tx, sessionId);
        setDraftAttachments(tx, sessionId, wanted);
      });
    },
    unseenEnds: () => store.read((tx) => ends.list(tx)),
    recent: (limit) => store.read((tx) => listShown(tx, limit)),
    numbered: () => store.read(listNumbered),
    title: (sessionId) => unsaved.get(sessionId)?.title ?? store.read((tx) => getSession(tx, sessionId))?.title ?? "",
  };
}

/** Something is kept for the next prompt: text or attachments. */
export function hasDraft(handle: ReadHandle, sessionId: SessionId, draft: string): boolean {
  return draft !== "" || hasDraftAttachments(handle, sessionId);
}
