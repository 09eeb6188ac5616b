import assert from "node:assert/strict";
import { test } from "node:test";
import { Uploads } from "../../static/chat/models/uploads.js";

const LIMITS = { max_bytes: 1000, max_files: 2, endings: ["png", "txt"], names: ["makefile"] };
const file = (name, size = 10) => ({ name, size });
const part = (id) => ({ type: "input_file", file_id: id, filename: `${id}.txt`, size: 1 });

/** A server that answers when the test says so. */
function server() {
  const sent = [];
  const send = (given, name, progress) => {
    const one = { name, progress, isAborted: false };
    one.promise = new Promise((resolve, reject) => Object.assign(one, { resolve, reject }));
    sent.push(one);
    return { done: one.promise, abort: () => (one.isAborted = true) };
  };
  return { sent, send };
}

function uploads() {
  const { sent, send } = server();
  const arrived = [];
  const list = new Uploads(
    LIMITS,
    send,
    () => {},
    (place, { file_id: id }) => arrived.push([place, id]),
  );
  return { sent, arrived, list };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("a file is uploading, then done, and is part of the message from then on", async () => {
  const { sent, list } = uploads();
  const [upload] = list.add([file("a.txt")]);
  sent[0].progress(0.5);
  assert.deepEqual([upload.state, upload.progress, list.isBusy], ["uploading", 0.5, true]);
  sent[0].resolve(part("a"));
  await settled();
  assert.deepEqual([upload.state, list.isBusy, list.parts], ["done", false, [part("a")]]);
});

for (const [name, size, problem] of [
  ["a.exe", 10, "fileType"],
  ["noend", 10, "fileType"],
  ["a.png", 1001, "fileTooLarge"],
  ["a.png", 0, "fileEmpty"],
]) {
  test(`${name} of ${size} bytes is refused before it is sent`, () => {
    const { sent, list } = uploads();
    const [upload] = list.add([file(name, size)]);
    assert.deepEqual([upload.state, upload.problem.name, upload.again], ["failed", problem, false]);
    assert.equal(sent.length, 0);
  });
}

test("a file without an ending is taken when it is a known one", () => {
  const { sent, list } = uploads();
  list.add([file("Makefile")]);
  assert.equal(sent.length, 1);
});

test("more files than a message takes are refused", () => {
  const { list } = uploads();
  list.add([file("a.txt"), file("b.txt"), file("c.txt")]);
  assert.deepEqual(
    list.list.map(({ problem }) => problem?.name ?? null),
    [null, null, "tooManyFiles"],
  );
});

test("what the server says of a file is told, and a broken line can be tried again", async () => {
  const { sent, list } = uploads();
  const [damaged, cut] = list.add([file("a.png"), file("b.png")]);
  sent[0].reject(Object.assign(new Error(), { status: 422, told: "Damaged." }));
  sent[1].reject(Object.assign(new Error(), { status: 0 }));
  await settled();
  assert.deepEqual([damaged.problem.text, damaged.again], ["Damaged.", false]);
  assert.deepEqual([cut.problem.name, cut.again], ["fileNotSent", true]);
  list.retry(cut.key);
  assert.equal(cut.state, "uploading");
  sent[2].resolve(part("b"));
  await settled();
  assert.deepEqual(list.parts, [part("b")]);
});

test("one that is taken away is uploaded no further", () => {
  const { sent, list } = uploads();
  const [upload] = list.add([file("a.txt")]);
  list.remove(upload.key);
  assert.equal(sent[0].isAborted, true);
  assert.equal(list.isEmpty, true);
});

test("what was sent is taken out, and given back in front of what came since", async () => {
  const { list } = uploads();
  list.set([part("a")]);
  assert.deepEqual(list.take(), [part("a")]);
  list.set([part("b")]);
  list.giveBack([part("a"), part("b")]);
  assert.deepEqual(
    list.parts.map(({ file_id: id }) => id),
    ["a", "b"],
  );
});

test("a long text that was pasted is known as one after a reload", async () => {
  const { sent, list } = uploads();
  list.add([file("pasted.txt")], { pasted: true });
  sent[0].resolve(part("p"));
  await settled();
  const again = uploads().list;
  again.set(JSON.parse(JSON.stringify(list.parts)));
  assert.equal(again.list[0].pasted, true);
});

test("a file that was uploaded before is attached once, and is one too many like any other", () => {
  const uploads = new Uploads({ ...LIMITS, max_files: 1 }, () => {}, () => {});
  const stored = (id) => ({ type: "input_file", file_id: id, filename: `${id}.txt`, size: 3 });
  uploads.attach(stored("a"));
  uploads.attach(stored("a"));
  assert.deepEqual(uploads.parts, [stored("a")]);
  uploads.attach(stored("b"));
  assert.deepEqual(uploads.failed.map(({ problem }) => problem), [{ name: "tooManyFiles" }]);
  assert.deepEqual(uploads.parts, [stored("a")]);
});

test("what is on its way when its message is left goes on, and is there when it is back", async () => {
  const { sent, arrived, list } = uploads();
  list.open("c1", []);
  list.add([file("a.txt"), file("b.txt")]);
  list.open("c2", [part("other")]);
  assert.deepEqual([list.isBusy, list.list.length, sent[0].isAborted], [false, 1, false]);
  sent[0].resolve(part("a"));
  await settled();
  assert.deepEqual(arrived, [["c1", "a"]]);
  list.open("c1", [part("a")]);
  assert.deepEqual(
    list.list.map(({ state }) => state),
    ["done", "uploading"],
  );
  sent[1].resolve(part("b"));
  await settled();
  assert.deepEqual([arrived.length, list.parts.length], [1, 2]);
});

test("what was refused stays with its message", async () => {
  const { list } = uploads();
  list.open("c1", []);
  list.add([file("a.exe")]);
  list.open(null, []);
  assert.equal(list.isEmpty, true);
  list.open("c1", []);
  assert.equal(list.failed.length, 1);
});

test("a message that gets its conversation takes along what is on its way", async () => {
  const { sent, arrived, list } = uploads();
  list.open(null, []);
  list.add([file("a.txt")]);
  list.place = "c1";
  list.open(null, []);
  sent[0].resolve(part("a"));
  await settled();
  assert.deepEqual(arrived, [["c1", "a"]]);
});

test("of files that are kept no more it is said, and they are sent no more", async () => {
  const { sent, list } = uploads();
  list.open("c1", [part("a"), part("b")]);
  list.add([file("c.txt")]);
  list.retry(list.list[2].key);
  assert.deepEqual(list.unsure, ["a", "b"]);
  list.found(["a", "b"], ["b"]);
  assert.deepEqual(
    list.list.map(({ problem }) => problem?.name ?? null),
    ["fileExpired", null, "tooManyFiles"],
  );
  assert.deepEqual([list.parts.map(({ file_id: id }) => id), list.unsure], [["b"], []]);
  assert.equal(sent.length, 0);
});

test("what has just been uploaded is known to be there", async () => {
  const { sent, list } = uploads();
  list.add([file("a.txt")]);
  sent[0].resolve(part("a"));
  await settled();
  assert.deepEqual(list.unsure, []);
});

test("a page is read by the server, whatever it ends with, and has the name that came back", async () => {
  const { sent, list } = uploads();
  list.read("https://example.com/tides.exe");
  const [upload] = list.list;
  assert.deepEqual([upload.state, upload.name], ["uploading", "https://example.com/tides.exe"]);
  sent[0].resolve({ type: "input_file", file_id: "a", filename: "Tides.md", size: 12 });
  await settled();
  assert.deepEqual([upload.state, upload.name, upload.size], ["done", "Tides.md", 12]);
  assert.equal(list.parts.length, 1);
});

test("a page that could not be read says why, and is tried again", async () => {
  const { sent, list } = uploads();
  list.read("https://example.com/");
  sent[0].reject(Object.assign(new Error(), { status: 503, told: "The server is away." }));
  await settled();
  assert.deepEqual([list.failed[0].problem.text, list.failed[0].again], ["The server is away.", true]);
  list.retry(list.failed[0].key);
  assert.deepEqual([sent.length, list.isBusy], [2, true]);
});
