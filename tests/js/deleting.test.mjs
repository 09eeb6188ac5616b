import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../../static/chat/models/drafts.js";
import { History } from "../../static/chat/models/history.js";
import { storage } from "./storage.mjs";

const noMessages = { content: { querySelectorAll: () => [] } };
globalThis.document = { getElementById: (id) => (id === "messages" ? noMessages : null) };
const { Deleting } = await import("../../static/chat/deleting.js");

const refused = (status) => Object.assign(new Error(), { status });

/** A page with the conversations "a", which is open, and "b", and a server that does what it is told. */
function page({ refuses = null } = {}) {
  const done = { asked: [], went: [], notices: [], toasts: [], announced: null, refuses };
  const history = new History();
  const session = { conversation: { id: "a" } };
  const drafts = new Drafts(storage(), 1);
  const put = (summary) => history.put(summary);
  for (const id of ["a", "b"]) put({ id, title: id, updated_at: "2026-11-26T00:00:00Z" });
  const ask = async (what, answer) => {
    done.asked.push(what);
    if (done.refuses) throw done.refuses;
    return answer;
  };
  const deleting = new Deleting({
    api: {
      remove: (id) => ask(["remove", id]),
      organise: (ids, change) =>
        ask([ids, change], { conversations: ids.map((id) => ({ id, title: "as it was" })) }),
    },
    place: {
      deleted(id) {
        history.remove(id);
        drafts.forget(id);
        if (id === session.conversation.id) session.conversation = { id: null };
      },
      go: (id) => done.went.push(id),
    },
    session: () => session,
    summaries: () => ({ put }),
    sidebar: { history, draw: () => {} },
    drafts,
    notice: { show: (text) => done.notices.push(text) },
    toast: () => ({ show: (entries, sentence) => done.toasts.push([entries, sentence(entries.length)]) }),
  });
  const listed = () => [...history.summaries.keys()].sort();
  return { deleting, done, session, drafts, listed };
}

test("what is deleted goes from the page before the server answers", async () => {
  const { deleting, done, listed } = page();
  const removing = deleting.remove(["a"]);
  assert.deepEqual(listed(), ["b"]);
  assert.deepEqual(done.toasts, []);
  await removing;
  assert.deepEqual(done.asked, [["remove", "a"]]);
  assert.equal(done.toasts[0][1], "deleted");
});

test("undone, it is back with its draft, and open where it was", async () => {
  const { deleting, done, drafts, listed } = page();
  drafts.set("a", "half a thought");
  drafts.setFiles("a", [{ file_id: "f", filename: "f.txt" }]);
  await deleting.remove(["a", "b"]);
  assert.deepEqual([drafts.get("a"), listed()], ["", []]);
  await deleting.undo(done.toasts[0][0]);
  assert.deepEqual(done.asked.at(-1), [["a", "b"], { deleted: false }]);
  assert.deepEqual(listed(), ["a", "b"]);
  assert.deepEqual([drafts.get("a"), drafts.files("a").length], ["half a thought", 1]);
  assert.deepEqual(done.went, ["a"]);
});

test("who has gone elsewhere meanwhile stays there", async () => {
  const { deleting, done, session } = page();
  await deleting.remove(["a"]);
  session.conversation = { id: "b" };
  await deleting.undo(done.toasts[0][0]);
  assert.deepEqual(done.went, []);
});

test("what the server did not hear of is as it was", async () => {
  const { deleting, done, listed } = page({ refuses: refused(0) });
  await assert.rejects(deleting.remove(["a"]));
  assert.deepEqual([listed(), done.toasts, done.went], [["a", "b"], [], ["a"]]);
});

test("an undo that the server did not hear of is offered again; one that is too late says so", async () => {
  const { deleting, done, listed } = page();
  await deleting.remove(["a"]);
  done.refuses = refused(0);
  await assert.rejects(deleting.undo(done.toasts[0][0]));
  assert.equal(done.toasts.length, 2);
  done.refuses = refused(404);
  await deleting.undo(done.toasts[1][0]);
  assert.deepEqual([done.notices, listed()], [["goneForGood"], ["b"]]);
});
