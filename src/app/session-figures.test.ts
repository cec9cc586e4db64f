import assert from "node:assert/strict";
import { test } from "node:test";
import { asSessionId } from "../schema/ids.ts";
import type { SessionLine } from "../store/session-line.ts";
import type { ListedSum } from "../store/session-sums.ts";
import { figuresOf, type SessionFigures, sumsBelow } from "./session-figures.ts";

function sum(part: Partial<ListedSum> = {}): ListedSum {
  return {
    requests: 1,
    tokens: 100,
    isEstimated: false,
    knownCostUsd: 1,
    unknownCostRequests: 0,
    messageCount: 2,
    files: { changed: 0, additions: 0, removals: 0 },
    ...part,
  };
}

function line(part: Partial<ListedSum> = {}): SessionLine {
  const session = {
    id: asSessionId("root"),
    parentSessionId: null,
    title: "",
    messageCount: 5,
    promptTokens: 30,
    completionTokens: 4,
    cost: 0.5,
    createdAt: 1,
    updatedAt: 1,
    summaryMessageId: null,
    todos: [],
  };
  const marks = { isPinned: false, isArchived: false, isFork: false };
  return { rowid: 1, session, model: null, gitBranch: "main", ...marks, sum: sum(part) };
}

function child(id: string, parentId: string, part: Partial<ListedSum> = {}): Parameters<typeof sumsBelow>[0][0] {
  return { id: asSessionId(id), parentId: asSessionId(parentId), sum: sum(part) };
}

function figuresAmong(children: Parameters<typeof sumsBelow>[0]): (line: SessionLine) => SessionFigures {
  const below = sumsBelow(children);
  return (each) => figuresOf(each, below(each.session.id));
}

test("children at any depth are counted, and what they consumed is added", () => {
  const children = [child("a", "root"), child("b", "a", { isEstimated: true }), child("other", "another root")];
  const figures = figuresAmong(children)(line());
  assert.deepEqual(figures, {
    messageCount: 2,
    tokens: 300,
    isEstimated: true,
    costUsd: 3,
    isCostPartial: false,
    files: { changed: 0, additions: 0, removals: 0 },
    branch: "main",
    childCount: 2,
  });
});

test("one unknown price, a child's too, leaves what is known; where nothing is, the cost is unknown", () => {
  const cost = (own: Partial<ListedSum>, childs?: Partial<ListedSum>): unknown => {
    const children = childs === undefined ? [] : [child("a", "root", childs)];
    const { costUsd, isCostPartial } = figuresAmong(children)(line(own));
    return [costUsd, isCostPartial];
  };
  assert.deepEqual(cost({}, { unknownCostRequests: 1 }), [2, true]);
  assert.deepEqual(cost({ unknownCostRequests: 1 }), [1, true]);
  assert.deepEqual(cost({ unknownCostRequests: 1, knownCostUsd: 0 }), [null, true]);
  assert.deepEqual(cost({}), [1, false]);
});

test("without a ledger Crush's columns stand in, as estimates; uncounted rows show as they are stored", () => {
  const { tokens, isEstimated, costUsd, messageCount } = figuresAmong([])(line({ requests: 0, messageCount: null }));
  assert.deepEqual(
    { tokens, isEstimated, costUsd, messageCount },
    { tokens: 34, isEstimated: true, costUsd: 0.5, messageCount: 5 },
  );
});

test("parents that form a circle end nothing", () => {
  assert.equal(figuresAmong([child("a", "b"), child("b", "a")])(line()).childCount, 0);
});

test("a fork has consumed nothing of what it copied", () => {
  const fork = { ...line({ requests: 0, tokens: 0, knownCostUsd: 0 }), isFork: true };
  const unused = figuresAmong([])({ ...fork, session: { ...fork.session, cost: 0 } });
  assert.deepEqual([unused.tokens, unused.isEstimated, unused.costUsd], [0, false, 0]);
  const usedByCrush = figuresAmong([])(fork);
  assert.deepEqual([usedByCrush.tokens, usedByCrush.isEstimated, usedByCrush.costUsd], [34, true, 0.5]);
});
