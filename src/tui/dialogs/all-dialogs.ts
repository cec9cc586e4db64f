import type { Dialog, DialogKind } from "./dialog.ts";
import type { DialogModule, DialogTable } from "./dialog-module.ts";
import { attachDialog } from "./attach.ts";
import { attachmentsDialog } from "./attachments.ts";
import { detailsDialog } from "./details.ts";
import { effortDialog } from "./effort.ts";
import { filesDialog } from "./files.ts";
import { grantsDialog } from "./grants.ts";
import { helpDialog } from "./help.ts";
import { keyDialog } from "./key.ts";
import { modelsDialog } from "./models.ts";
import { onboardingDialog } from "./onboarding.ts";
import { paletteDialog } from "./palette.ts";
import { permissionDialog } from "./permission.ts";
import { projectsDialog } from "./projects.ts";
import { quitDialog } from "./quit.ts";
import { renameDialog } from "./rename.ts";
import { sessionsDialog } from "./sessions.ts";
import { themeDialog } from "./theme.ts";
import { todosDialog } from "./todos.ts";
import { trustDialog } from "./trust.ts";

const modules: { readonly [K in DialogKind]: DialogModule<Extract<Dialog, { kind: K }>> } = {
  sessions: sessionsDialog,
  projects: projectsDialog,
  models: modelsDialog,
  effort: effortDialog,
  key: keyDialog,
  permission: permissionDialog,
  palette: paletteDialog,
  help: helpDialog,
  quit: quitDialog,
  trust: trustDialog,
  onboarding: onboardingDialog,
  details: detailsDialog,
  todos: todosDialog,
  grants: grantsDialog,
  rename: renameDialog,
  attach: attachDialog,
  attachments: attachmentsDialog,
  theme: themeDialog,
  files: filesDialog,
};

/** What the dialog does. The table pairs each kind with its own module, so the module takes just this dialog. */
export const dialogTable: DialogTable = (dialog) => modules[dialog.kind] as DialogModule<Dialog>;
