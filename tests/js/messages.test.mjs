import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const template = readFileSync("templates/conversations/messages.html", "utf8");
const sentences = new Set([...template.matchAll(/data-name="(\w+)"/g)].map(([, name]) => name));
const SENDING = ["sending", "offline", "saving"];
const modules = readdirSync("static/chat", { recursive: true }).filter((name) =>
  name.endsWith(".js"),
);
const source = modules.map((name) => readFileSync(`static/chat/${name}`, "utf8")).join("\n");

test("every sentence that a script asks for by name is in the page", () => {
  const asked = [...source.matchAll(/\bmessage\(\s*"(\w+)"/g)].map(([, name]) => name);
  assert.ok(asked.length > 10);
  for (const name of asked) assert.ok(sentences.has(name), name);
});

test("every state of an answer and every period of the sidebar has its words", () => {
  const status = readFileSync("static/chat/models/status.js", "utf8");
  const states = [...status.matchAll(/\b(?:quiet|ended|cut)\(\s*"(\w+)"/g)].map(([, name]) => name);
  const chosen = ["thinking", "writing", "failed", "brokeOff", ...SENDING];
  const words = ["yourMessage", "queuedMessage", "continued", "send", "save"];
  const told = ["queued", "announceAnswering", "announceBackground", "tooLate", "messageGone"];
  const periods = ["today", "yesterday", "week", "month", "older"];
  for (const name of [...states, ...chosen, ...words, ...told, ...periods]) assert.ok(sentences.has(name), name);
});

test("no sentence is there for nothing", () => {
  for (const name of sentences) assert.match(source, new RegExp(`\\b${name}\\b`), name);
});
