// A stored conversation for those who review: the same transcript, read only, with every branch
// in reach and every fact about an answer.
import { copyCode } from "./elements/clipboard.js";
import { Transcript } from "./elements/transcript.js";
import { TurnContent } from "./elements/turn-content.js";
import { Reading } from "./models/reading.js";

const root = document.getElementById("transcript-view");
const { responses } = JSON.parse(document.getElementById("transcript").textContent);
const reading = new Reading(responses);
const transcript = new Transcript(root, { select: show, review: true, opensFiles: true }, TurnContent);

/** @param {string | null} id shows the branch through this response */
function show(id) {
  if (id) reading.select(id);
  transcript.show(reading.path());
}

copyCode(root);
show(null);
