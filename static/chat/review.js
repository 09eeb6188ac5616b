// A stored conversation for those who review: the same transcript, read only, with every branch
// in reach and every fact about an answer.
import { copyCode } from "./elements/clipboard.js";
import { Transcript } from "./elements/transcript.js";
import { Tree } from "./models/tree.js";

const root = document.getElementById("transcript-view");
const { responses } = JSON.parse(document.getElementById("transcript").textContent);
const byId = new Map(responses.map((response) => [response.id, response]));
const tree = new Tree(responses);
const transcript = new Transcript(root, { select: show, review: true });

/** @param {string | null} id shows the branch through this response */
function show(id) {
  if (id) tree.select(id);
  transcript.show(tree.path().map(turn));
}

const turn = (id) => ({
  id,
  response: byId.get(id),
  pending: false,
  queued: byId.get(id).waiting === true,
  last: tree.next(id) === null,
  continued: byId.get(tree.next(id))?.continues === true,
  questions: tree.questions(id),
  answers: tree.answers(id),
});

copyCode(root);
show(null);
