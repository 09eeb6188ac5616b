import assert from "node:assert/strict";
import { test } from "node:test";
import { fileNameFor } from "../../static/chat/models/code-files.js";
import { diffLines } from "../../static/chat/models/patch-lines.js";
import { dimensions, endingOf, imageFrom, imageSource } from "../../static/chat/models/images.js";
import { isStructured, parsed } from "../../static/chat/models/structured.js";
import { writtenSections } from "../../static/chat/models/written.js";
import { Zoom } from "../../static/chat/models/zoom.js";

test("JSON in a string is shown as JSON, other words as words, nothing as nothing", () => {
  assert.equal(writtenSections("sectionInput", '{"a":1}')[0].text, '{\n  "a": 1\n}');
  assert.equal(writtenSections("sectionInput", '{"a":')[0].kind, "text");
  assert.equal(writtenSections("sectionInput", "42")[0].kind, "text");
  for (const nothing of [null, undefined, "", "  "]) assert.deepEqual(writtenSections("x", nothing), []);
});

test("a result in parts shows its texts, pictures and files", () => {
  const parts = [
    { type: "input_text", text: "hello" },
    { type: "input_image", image_url: "data:image/png;base64,AAAA" },
    { type: "input_file", filename: "a.pdf" },
  ];
  const kinds = writtenSections("sectionOutput", parts).map(({ kind, label }) => [kind, label]);
  assert.deepEqual(kinds, [
    ["text", "sectionOutput"],
    ["images", undefined],
    ["list", undefined],
  ]);
});

test("only pictures that are in the answer itself are shown", () => {
  assert.ok(imageSource("data:image/png;base64,AAAA"));
  for (const url of ["https://e.org/a.png", "data:text/html;base64,AAAA", "/a.png", null, 7])
    assert.equal(imageSource(url), null);
  assert.equal(imageFrom("AAAA", "svg"), "data:image/svg+xml;base64,AAAA");
  assert.equal(imageFrom('A"onerror', "png"), null);
  assert.equal(imageFrom("AAAA", "png;x"), null);
  assert.equal(endingOf("data:image/jpeg;base64,AAAA"), "jpg");
  assert.deepEqual(dimensions("1024x1536"), [1024, 1536]);
  for (const size of ["auto", "0x0", null, undefined]) assert.equal(dimensions(size), null);
});

test("the lines of a patch are told apart", () => {
  const kinds = diffLines("--- a\n+++ b\n@@ x\n-old\n+new\n same\n").map(({ kind }) => kind);
  assert.deepEqual(kinds, ["place", "place", "place", "removed", "added", "same"]);
});

test("a file is named by its language", () => {
  assert.equal(fileNameFor("python"), "code.py");
  assert.equal(fileNameFor("tsx"), "code.tsx");
  assert.equal(fileNameFor("Dockerfile"), "Dockerfile");
  for (const odd of ["", undefined, "../../etc", "constructor", "a very long name"])
    assert.equal(fileNameFor(odd), "code.txt");
});

test("only what was asked for as JSON, and is it, is shown as a tree", () => {
  assert.equal(isStructured('{"a":1}', "json_schema", false), true);
  assert.equal(isStructured("[1]", "json_object", false), true);
  assert.equal(isStructured('{"a":1}', "text", false), false);
  assert.equal(isStructured('{"a":1}', undefined, false), false);
  assert.equal(isStructured("I can't.", "json_schema", false), false);
  assert.equal(isStructured('{"a":', "json_schema", true), true);
  assert.equal(isStructured('{"a":', "json_schema", false), false);
  assert.equal(parsed("3"), undefined);
});

test("zooming keeps the point under the pointer, and ends at the whole picture", () => {
  const zoom = new Zoom();
  zoom.by(2, { x: 100, y: 0 });
  const under = (100 - zoom.x) / zoom.scale;
  zoom.by(1, { x: 100, y: 0 });
  assert.ok(Math.abs((100 - zoom.x) / zoom.scale - under) < 1e-9);
  zoom.by(-9);
  assert.ok(zoom.isFit);
  zoom.move(10, 10);
  assert.equal(zoom.transform, "translate(0px, 0px) scale(1)");
});
