import assert from "node:assert/strict";
import { test } from "node:test";

const noMessages = { content: { querySelectorAll: () => [] } };
globalThis.document = {
  addEventListener: () => {},
  getElementById: (id) => (id === "messages" ? noMessages : null),
  querySelectorAll: () => [],
};
const { Branching } = await import("../../static/chat/branching.js");

/** A page that shows conversation "c1", whose answers stand side by side. */
function page() {
  const done = [];
  const conversation = (id) => ({ id, response: () => ({ model_id: `model of ${id}` }) });
  const session = {
    conversation: conversation("c1"),
    select: async (response) => done.push(["select", session.conversation.id, response]),
  };
  const going = {};
  const branching = new Branching({
    api: {
      keepAnswer: (...asked) => (done.push(asked), new Promise((kept) => (going.kept = kept))),
    },
    session: () => session,
    place: { attempt: (act) => act() },
    kept: (model) => done.push(["model", model]),
  });
  const leave = () => (session.conversation = conversation("c2"));
  return { branching, done, going, leave };
}

test("of answers side by side the one that is kept is gone on with", async () => {
  const { branching, done, going } = page();
  const keeping = branching.keep("r2");
  going.kept();
  await keeping;
  assert.deepEqual(done, [["c1", "r2"], ["model", "model of c1"], ["select", "c1", "r2"]]);
});

test("keeping an answer changes nothing in a conversation that was opened meanwhile", async () => {
  const { branching, done, going, leave } = page();
  const keeping = branching.keep("r2");
  leave();
  going.kept();
  await keeping;
  assert.deepEqual(done, [["c1", "r2"]]);
});
