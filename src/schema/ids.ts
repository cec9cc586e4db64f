declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** A UUID v4; a sub-agent's is `<assistant message id>$$<tool call id>`. */
export type SessionId = Branded<"SessionId">;
export type MessageId = Branded<"MessageId">;
/** As the provider gave it: any string, unique within a message only. */
export type ToolCallId = Branded<"ToolCallId">;

export const newSessionId = (): SessionId => crypto.randomUUID() as SessionId;
export const newMessageId = (): MessageId => crypto.randomUUID() as MessageId;

export const asSessionId = (text: string): SessionId => text as SessionId;
export const asMessageId = (text: string): MessageId => text as MessageId;
export const asToolCallId = (text: string): ToolCallId => text as ToolCallId;
