// One output item while it is being streamed.
// The server's twin is conversations/protocol/output.py.

import { PLACES_OF_PARTS, STDOUT, TEXT, clear, isEmptyPart, listIn } from "./places.js";
import { DONE, asList, asPart, copied, isNothing, isObject, merge, named, position } from "./shapes.js";

const PARTIAL_IMAGE = ["partial_image_b64", "partial_image_id", "partial_image_index"];
const WHOLE_IMAGE = ["result", "file", "not_kept"];

/** A text that is being written: its pieces are joined when somebody reads. */
class Text {
  constructor({ holder, key }) {
    Object.assign(this, { holder, key, chunks: [] });
  }

  join() {
    if (this.chunks.length) this.replace(this.holder[this.key] + this.chunks.join(""));
  }

  replace(text) {
    this.holder[this.key] = text;
    this.chunks = [];
  }
}

/** An item and its place in the output. Its `type` never changes. */
export class OutputItem {
  #value;
  #texts = new Map();
  #shown = null;

  /** `value` must be an item as `asItem` reads it, and belongs to this object from then on. */
  constructor(index, value) {
    this.index = index;
    this.type = value.type;
    this.#value = value;
    this.#changed();
  }

  get id() {
    return named(this.#value.id);
  }

  get callId() {
    return named(this.#value.call_id);
  }

  get hasStatus() {
    return "status" in this.#value;
  }

  /** Add a piece to the text at `place`; `at` is the event's index as it came, or 0. */
  append(place, at, delta) {
    const text = this.#texts.get(place)?.get(at) ?? this.#text(place, at);
    text.chunks.push(delta);
    this.#shown = null;
  }

  /** The text at `place` is done: what the provider says it is replaces the pieces. */
  settle(place, at, whole) {
    this.#text(place, at).replace(whole);
    this.#shown = null;
  }

  /** Announce or finish a part; `kind` is the type of one that names none. */
  putPart(at, given, kind) {
    const part = asPart(given, kind);
    if (!part) return;
    this.#closeTexts();
    const place = PLACES_OF_PARTS.get(part.type) ?? PLACES_OF_PARTS.get(kind);
    const { holder } = place.spot(this.#value, place.within(this.#value, position(at) ?? 0));
    if (isEmptyPart(holder)) clear(holder);
    merge(holder, part);
    this.#changed();
  }

  /** Add an annotation to a part's text, or replace the one of that number. */
  annotate(at, number, annotation) {
    if (!isObject(annotation)) return;
    const known = listIn(this.#text(TEXT, at).holder, "annotations");
    const index = position(number) ?? known.length;
    known[Math.min(index, known.length)] = copied(annotation);
    this.#shown = null;
  }

  /** The output of one command is done: `given` is the list of what it wrote. */
  putShellOutput(at, given) {
    const entries = asList(given).filter(isObject).map(copied);
    if (!entries.length) return;
    this.#closeTexts();
    const first = STDOUT.within(this.#value, position(at) ?? 0);
    STDOUT.spot(this.#value, first);
    this.#value.output.splice(first, entries.length, ...entries);
    this.#changed();
  }

  /** Take what an event says of the whole item, keeping what it left out. */
  merge(item) {
    this.#closeTexts();
    merge(this.#value, item);
    if (WHOLE_IMAGE.some((field) => !isNothing(item[field])))
      for (const field of PARTIAL_IMAGE) delete this.#value[field];
    this.#changed();
  }

  /** Set fields of the item itself. */
  set(fields) {
    Object.assign(this.#value, fields);
    this.#changed();
  }

  /** The item as it stands. The object is never changed: a change makes a new one. */
  read() {
    if (!this.#shown) {
      this.#join();
      this.#shown = copied(this.#value);
    }
    return this.#shown;
  }

  #text(place, given) {
    const at = place.within(this.#value, position(given) ?? 0);
    if (!this.#texts.has(place)) this.#texts.set(place, new Map());
    const texts = this.#texts.get(place);
    if (!texts.has(at)) {
      // Joined first: a place looks at what is written to decide what a part is.
      this.#join();
      texts.set(at, new Text(place.spot(this.#value, at)));
    }
    return texts.get(at);
  }

  #join() {
    for (const texts of this.#texts.values()) for (const text of texts.values()) text.join();
  }

  #closeTexts() {
    this.#join();
    this.#texts.clear();
  }

  #changed() {
    this.#shown = null;
    this.isOpen = !DONE.includes(this.#value.status);
  }
}
