import assert from "node:assert/strict";
import { test } from "node:test";

const noMessages = { content: { querySelectorAll: () => [] } };
globalThis.document = {
  addEventListener: () => {},
  getElementById: (id) => (id === "messages" ? noMessages : null),
};
globalThis.addEventListener = () => {};
const go = (_, __, path) => Object.assign(globalThis.location, { pathname: path, search: "" });
globalThis.history = { pushState: go, replaceState: go };
const { Place } = await import("../../static/chat/place.js");

/** A page that shows conversation "a", and a server that answers when the test says so. */
function page() {
  const shown = { address: () => location.pathname, open: "a", marked: "a", notices: [] };
  const asked = new Map();
  globalThis.location = { pathname: "/c/a", search: "", assign: (to) => (shown.left = to) };
  const session = {
    conversation: { id: "a", summary: { title: "A" } },
    reload: async () => (shown.reloaded = true),
    open: (state) => Object.assign(session, { conversation: state ?? { id: null } }),
    composer: { invite: () => {} },
  };
  const place = new Place({
    api: {
      state: (id) => new Promise((resolve, reject) => asked.set(id, { resolve, reject })),
    },
    session: () => session,
    summaries: () => ({ catchUp: async () => (shown.caughtUp = true) }),
    sidebar: { select: (id) => (shown.marked = id) },
    shell: { closeDrawer: () => {} },
    title: { show: () => {} },
    heading: { dataset: {} },
    background: { adopt: () => {} },
    temporary: { open: () => {} },
    notice: { show: (text) => shown.notices.push(text) },
    archived: () => {},
    tags: () => {},
    signIn: "/sign-in/",
  });
  const where = () => [session.conversation?.id ?? null, location.pathname, shown.marked];
  return { place, asked, session, shown, where };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const refused = (status, path = "") => Object.assign(new Error(), { status, path });

test("what becomes of a conversation that is wanted no more leads nowhere", async () => {
  const { place, asked, shown, where } = page();
  place.go("b");
  place.go("c");
  asked.get("c").resolve({ id: "c" });
  await settled();
  asked.get("b").reject(refused(404));
  await settled();
  assert.deepEqual([where(), shown.notices], [["c", "/c/c", "c"], []]);
});

test("what could not be opened leaves address and sidebar with what is shown", async () => {
  const { place, asked, shown, where } = page();
  place.go("b");
  asked.get("b").reject(refused(503));
  await settled();
  assert.deepEqual([where(), shown.notices], [["a", "/c/a", "a"], ["notDone"]]);
});

test("what is not there leads to a new conversation", async () => {
  const { place, asked, shown, where } = page();
  place.go("b");
  asked.get("b").reject(refused(404));
  await settled();
  assert.deepEqual([where(), shown.notices], [[null, "/", null], ["notFound"]]);
});

test("a conversation that gets its id while another is being opened does not take its address", async () => {
  const { place, asked, session, where } = page();
  session.conversation = { id: "new", summary: { title: "" } };
  place.go("b");
  place.began("new");
  assert.deepEqual(where(), ["new", "/c/b", "b"]);
  asked.get("b").resolve({ id: "b" });
  await settled();
  session.conversation = { id: "newer", summary: { title: "" } };
  place.began("newer");
  assert.deepEqual(where(), ["newer", "/c/newer", "newer"]);
});

test("what is missing elsewhere is told, and leads nobody away from what is open", async () => {
  for (const path of ["/conversations/b/", "/conversations/ab/", "/organise/", "/shares/3/"]) {
    const { place, shown, where } = page();
    await place.attempt(async () => {
      throw refused(404, path);
    });
    await settled();
    assert.deepEqual([where(), shown.notices], [["a", "/c/a", "a"], ["notFound"]], path);
    assert.ok(shown.caughtUp && shown.reloaded, "it may be listed, or open, no more");
  }
});

test("an open conversation that is gone leads to a new one", async () => {
  for (const path of ["/conversations/a/", "/conversations/a/?response=r"]) {
    const { place, shown, where } = page();
    place.failed(refused(404, path));
    await settled();
    assert.deepEqual([where(), shown.notices], [[null, "/", null], ["notFound"]], path);
  }
});
