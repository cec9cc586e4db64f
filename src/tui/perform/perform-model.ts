import { AppError } from "../../lib/app-error.ts";
import { sanitizeLine } from "../../term/sanitize.ts";
import type { EffectHandlers } from "./perform-context.ts";

type ModelEffect =
  | "read-providers"
  | "choose-model"
  | "save-key"
  | "detect-servers"
  | "use-server"
  | "set-yolo"
  | "trust-project"
  | "save-theme";

export const modelHandlers: EffectHandlers<ModelEffect> = {
  "read-providers": ({ purpose }, context) => {
    context.dispatch({ type: "providers-read", providers: context.app.listProviders(), purpose });
  },
  "choose-model": async ({ sessionId, choice, defaultOf }, context) => {
    const { app } = context;
    if (sessionId !== null) await app.chooseModel(sessionId, choice);
    if (defaultOf !== null) await app.saveDefaultModel(defaultOf, choice);
    if (defaultOf === "large") context.dispatch({ type: "default-model-saved" });
    context.markSessionStale();
    const provider = app.listProviders().find(({ id }) => id === choice.provider);
    const name = provider?.models.find(({ id }) => id === choice.model)?.name ?? choice.model;
    const users =
      sessionId === null
        ? "Small jobs use"
        : defaultOf === null
          ? "This session uses"
          : "This session and new ones use";
    const isTrial = sessionId !== null && provider?.type === "practice" ? "; new ones ask again" : "";
    const text = `${users} ${sanitizeLine(name)} from now on${isTrial}`;
    context.dispatch({ type: "notify", tone: "success", text });
  },
  "save-key": async ({ providerId, key }, context) => {
    try {
      await context.app.saveKey(providerId, key);
    } catch (error) {
      context.dispatch({ type: "key-refused" });
      throw error;
    }
    context.dispatch({ type: "key-saved", providerId });
  },
  "detect-servers": async (_effect, context) => {
    const servers = await context.app.detectLocalServers().catch((error: unknown) => {
      // Looking is a courtesy: whatever hinders it, there are the other offers.
      if (error instanceof AppError) return [];
      throw error;
    });
    context.dispatch({ type: "servers-found", servers });
  },
  "use-server": async ({ server, modelId, sessionId }, context) => {
    await context.app.useLocalServer(server, modelId);
    await context.app.chooseModel(sessionId, { provider: server.provider.id, model: modelId });
    context.markSessionStale();
    context.dispatch({
      type: "notify",
      tone: "success",
      text: `${sanitizeLine(server.provider.name)} is used from now on`,
    });
  },
  "set-yolo": ({ isOn }, { app }) => {
    app.setYolo(isOn);
  },
  "save-theme": ({ theme }, { app }) => app.screen.saveTheme(theme),
  "trust-project": async (_effect, context) => {
    await context.app.trustProject();
    const text = "Trusted; the project’s config holds from the next start on";
    context.dispatch({ type: "notify", tone: "success", text });
  },
};
