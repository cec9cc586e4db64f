import type { LocalServer } from "../../app/app.ts";
import type { ProjectHits } from "../../app/search.ts";
import type { ProjectSessions } from "../../app/session-organiser.ts";
import type { ModelChoice, ModelInfo } from "../../schema/model.ts";
import type { Grant, PermissionRequest, QuestionOrigin } from "../../schema/permission.ts";
import type { KeySource } from "../commands/dialog-keys.ts";
import type { ProjectTarget } from "../project-target.ts";
import type { FilePlace } from "../transcript/named-files.ts";
import type { TextField } from "../text-field.ts";
import type { SessionsDialog } from "./sessions-dialog.ts";

/** The state of each dialog, as data. What they do is in the file of the same name beside this one. */
/** The other projects, with their sessions. */
export interface ProjectsDialog {
  readonly kind: "projects";
  readonly projects: readonly ProjectSessions[];
  readonly filter: TextField;
  readonly selected: number;
  /** What was said there, project after project; null: not looked for. */
  readonly said: { readonly query: string; readonly found: readonly ProjectHits[] } | null;
  /** Why the one that was chosen can't be opened. */
  readonly refusal: { readonly target: ProjectTarget; readonly text: string } | null;
}

export interface ModelItem {
  readonly providerId: string;
  readonly providerName: string;
  /** False: a key must be entered first. */
  readonly isUsable: boolean;
  readonly keyVariable: string | null;
  readonly model: ModelInfo;
}

export interface ModelsDialog {
  readonly kind: "models";
  readonly size: "large" | "small";
  readonly items: readonly ModelItem[];
  readonly filter: TextField;
  readonly selected: number;
}

/** What is done with a model once it is complete (key entered, effort chosen). */
export interface ModelUse {
  readonly size: "large" | "small";
  /** Also for new sessions. */
  readonly isDefault: boolean;
}

export interface EffortDialog {
  readonly kind: "effort";
  readonly choice: ModelChoice;
  readonly modelName: string;
  readonly levels: readonly string[];
  readonly selected: number;
  readonly use: ModelUse;
}

export interface KeyDialog {
  readonly kind: "key";
  readonly providerId: string;
  readonly providerName: string;
  readonly keyVariable: string | null;
  readonly field: TextField;
  readonly isSaving: boolean;
  /** The model to use once the key is stored. */
  readonly item: ModelItem;
  readonly use: ModelUse;
}

/** How a question is looked at. */
export interface QuestionLook {
  readonly scroll: number;
  readonly selected: number;
  readonly isFullScreen: boolean;
  /** The word to the model that goes with a denial; null: not being written. */
  readonly reply: TextField | null;
}

/** Of a question that an earlier run of the program showed. */
export interface KeptQuestionLook extends QuestionLook {
  readonly requestId: string;
}

export interface PermissionDialog extends QuestionLook {
  readonly kind: "permission";
  readonly request: PermissionRequest;
  /** Null: a call of the running turn waits. */
  readonly origin: QuestionOrigin | null;
  /** Keys before this time belong to what the person was typing. */
  readonly armedAtMs: number;
}

export interface PaletteDialog {
  readonly kind: "palette";
  readonly filter: TextField;
  readonly selected: number;
}

export interface HelpDialog {
  readonly kind: "help";
  readonly scroll: number;
  /** The keys that count in the dialog that it was asked for in; null: all keys of the screen. */
  readonly about: readonly KeySource[] | null;
}

export interface QuitDialog {
  readonly kind: "quit";
  /** The project that is gone to; null: the program ends. */
  readonly target: ProjectTarget | null;
}

export interface TrustDialog {
  readonly kind: "trust";
  readonly scroll: number;
}

export interface OnboardingDialog {
  readonly kind: "onboarding";
  /** Null: still looking. */
  readonly servers: readonly LocalServer[] | null;
  readonly selected: number;
  readonly step: "choose" | "provider";
  readonly filter: TextField;
}

export interface DetailsDialog {
  readonly kind: "details";
  readonly scroll: number;
}

/** A choice in a list that others change as well. */
export interface LiveChoice {
  readonly selected: number;
  /** What was chosen is gone, and no frame has shown yet what stands in its place. */
  readonly isShifted?: boolean;
}

export interface TodosDialog extends LiveChoice {
  readonly kind: "todos";
}

export interface GrantsDialog extends LiveChoice {
  readonly kind: "grants";
  readonly items: readonly Grant[];
}

export interface RenameDialog {
  readonly kind: "rename";
  readonly field: TextField;
}

export interface AttachDialog {
  readonly kind: "attach";
  readonly field: TextField;
}

export interface AttachmentsDialog {
  readonly kind: "attachments";
  readonly selected: number;
}

/** The theme under the cursor is the one that the screen shows. */
export interface ThemeDialog {
  readonly kind: "theme";
  readonly selected: number;
}

export interface FilesDialog {
  readonly kind: "files";
  /** Absolute. */
  readonly items: readonly FilePlace[];
  readonly selected: number;
}

export type Dialog =
  | SessionsDialog
  | ProjectsDialog
  | ModelsDialog
  | EffortDialog
  | KeyDialog
  | PermissionDialog
  | PaletteDialog
  | HelpDialog
  | QuitDialog
  | TrustDialog
  | OnboardingDialog
  | DetailsDialog
  | TodosDialog
  | GrantsDialog
  | RenameDialog
  | AttachDialog
  | AttachmentsDialog
  | ThemeDialog
  | FilesDialog;

export type DialogKind = Dialog["kind"];
