// What a kind of provider puts into the form.
import assert from "node:assert/strict";
import { test } from "node:test";
import { filled } from "../../static/chat/models/presets.js";

const OLLAMA = { name: "Ollama", base_url: "http://localhost:11434/v1" };
const GROQ = { name: "Groq", base_url: "https://api.groq.com/openai/v1" };
const empty = { name: "", base_url: " " };

test("empty fields are filled", () => {
  assert.deepEqual(filled(empty, {}, OLLAMA), OLLAMA);
});

test("another kind takes the place of what the one before had put there", () => {
  assert.deepEqual(filled(OLLAMA, OLLAMA, GROQ), GROQ);
  assert.deepEqual(filled(OLLAMA, OLLAMA, {}), { name: "", base_url: "" });
});

test("what a person typed stays", () => {
  const typed = { name: "Mine", base_url: OLLAMA.base_url };
  assert.deepEqual(filled(typed, OLLAMA, GROQ), { name: "Mine", base_url: GROQ.base_url });
});
