import type { OwnStep } from "./own-step.ts";

/**
 * Questions to the owner of a running turn: whoever asks counts `asked` up, the owner makes `answered` the same. `wish` is
 * what it is asked to do besides answering.
 */
export const turnQuestions: OwnStep = {
  version: 9,
  statements: [
    "alter table x_turn add column asked INTEGER not null default 0",
    "alter table x_turn add column answered INTEGER not null default 0",
    "alter table x_turn add column wish TEXT not null default ''",
  ],
};
