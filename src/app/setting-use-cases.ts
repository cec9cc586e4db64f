import { dropKey, storeKey } from "../config/key-store.ts";
import { saveModelChoice } from "../config/save-model-choice.ts";
import { trustProject } from "../config/trust-project.ts";
import { AppError } from "../lib/app-error.ts";
import { deleteGrant, listGrants } from "../store/grants.ts";
import type { App } from "./app.ts";
import type { Context } from "./context.ts";
import { GrantSeal } from "./grant-seal.ts";
import { detectLocalServers } from "./detect-local-servers.ts";
import { chooseModel, sessionModel } from "./session-model.ts";
import type { Work } from "./work.ts";

type SettingUseCases = Pick<
  App,
  | "listProviders"
  | "sessionModel"
  | "chooseModel"
  | "saveDefaultModel"
  | "overrideModel"
  | "saveKey"
  | "removeKey"
  | "detectLocalServers"
  | "useLocalServer"
  | "trustProject"
  | "answerPermission"
  | "listGrants"
  | "revokeGrant"
>;

export function settingUseCases(context: Context, work: Work): SettingUseCases {
  const { config, store, models, clock } = context;
  const seal = new GrantSeal(config);
  return {
    listProviders: () => models.list(),
    sessionModel: (sessionId) => sessionModel(context, sessionId),
    chooseModel: async (sessionId, choice) => chooseModel(context, sessionId, choice),
    saveDefaultModel: async (size, choice) => {
      await saveModelChoice(config.globalDataDirectory, size, choice);
      models.setDefault(size, choice);
    },
    overrideModel: (size, choice) => {
      models.setDefault(size, choice);
    },
    saveKey: async (providerId, key) => {
      if (models.find(providerId) === undefined) {
        throw new AppError("provider-unknown", `unknown provider: ${providerId}`, { hint: "crush models lists them" });
      }
      await storeKey(config.globalDataDirectory, providerId, key);
      models.setKey(providerId, key.trim());
    },
    removeKey: async (providerId) => {
      await dropKey(config.globalDataDirectory, providerId);
      models.setKey(providerId, null);
    },
    detectLocalServers: async () => detectLocalServers(),
    useLocalServer: async ({ provider }, modelId) => {
      models.addFound(provider);
      const choice = { provider: provider.id, model: modelId };
      await saveModelChoice(config.globalDataDirectory, "large", choice);
      models.setDefault("large", choice);
    },
    trustProject: async () => trustProject(config, clock.nowMs()),
    answerPermission: (requestId, answer) => {
      work.readyEngine()?.desk.answer(requestId, answer);
    },
    listGrants: (sessionId) => store.read((tx) => listGrants(tx, sessionId)).filter((grant) => seal.isOwn(grant)),
    revokeGrant: async (grantId) => {
      await store.transact((tx) => deleteGrant(tx, grantId));
    },
  };
}
