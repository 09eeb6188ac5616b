// A conversation to be read, not changed: shared by a link, or on its way to paper. The same
// transcript as the chat's, with whatever branches are in it.
import { copyCode } from "./elements/clipboard.js";
import { Transcript } from "./elements/transcript.js";
import { TurnContent } from "./elements/turn-content.js";
import { Reading } from "./models/reading.js";

const root = document.getElementById("transcript-view");
const { responses, end } = JSON.parse(document.getElementById("reading").textContent);
const reading = new Reading(responses, end);
const transcript = new Transcript(root, { select: show }, TurnContent);

/** @param {string} id shows the branch through this response */
function show(id) {
  reading.select(id);
  draw();
}

function draw() {
  transcript.show(reading.path());
}

document.getElementById("print")?.addEventListener("click", () => print());
copyCode(root);
draw();
