import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../static/chat/models/pieces.js";
import { picturesIn } from "../../static/chat/models/pictures.js";

const asked = (image_url) => [{ role: "user", content: [{ type: "input_image", image_url }] }];

test("a picture that stands in a question as data is shown", () => {
  const url = "data:image/png;base64,iVBORw0KGgo=";
  const shared = "/s/a-token_1/files/file_1/";
  assert.deepEqual(picturesIn(asked(url)), [url]);
  assert.deepEqual(picturesIn(asked(shared)), [shared]);
});

test("no other address is, nor what is no picture", () => {
  for (const url of ["https://x.example/a.png", "data:image/svg+xml;base64,AA==", "javascript:1", 3, undefined])
    assert.deepEqual(picturesIn(asked(url)), []);
  assert.deepEqual(picturesIn([{ role: "user", content: "text" }]), []);
  assert.deepEqual(picturesIn(undefined), []);
});

test("pieces cover a file once", () => {
  assert.deepEqual([...pieces(5, 2)], [
    { at: 0, end: 2 },
    { at: 2, end: 4 },
    { at: 4, end: 5 },
  ]);
  assert.deepEqual([...pieces(0)], []);
});
