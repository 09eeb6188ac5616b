// Dictation, step by step: asking for the microphone, listening, having it written down. Each time
// has an ear of its own, so that what comes late from one that was cancelled is not heard.

/**
 * @typedef {object} Ear
 * @property {() => Promise<unknown>} start resolves when it listens
 * @property {() => Promise<string>} done resolves to what was said
 * @property {() => void} cancel
 * @property {() => number} level how loud it is, from 0 to 1
 */

/** Providers take no more at once; what was said by then is written down. */
export const LONGEST_SECONDS = 20 * 60;

/** Why there is nothing: the name of a message, or a sentence that the server `told`. */
export class NotHeard extends Error {
  /** @param {string} name @param {string | null} [told] */
  constructor(name, told = null) {
    super(told ?? name);
    this.reason = name;
    this.told = told;
  }
}

export class Dictation {
  /**
   * @param {(ended: () => void) => Ear} listen an ear, which may say that it ended by itself
   * @param {object} page
   * @param {(state: string) => void} page.changed
   * @param {(text: string) => void} page.heard
   * @param {(error: Error) => void} page.failed
   */
  constructor(listen, page) {
    this.listen = listen;
    this.page = page;
    this.state = "idle";
    this.ear = /** @type {Ear | null} */ (null);
  }

  get isIdle() {
    return this.state === "idle";
  }

  /** Begins, or has what was said written down. */
  toggle() {
    return this.isIdle ? this.start() : this.finish();
  }

  async start() {
    if (!this.isIdle) return;
    const ear = this.listen(() => this.ear === ear && this.finish());
    this.ear = ear;
    this.#become("asking");
    try {
      await ear.start();
    } catch (error) {
      return this.#fail(ear, error);
    }
    if (this.ear === ear) this.#become("listening");
  }

  async finish() {
    const { ear } = this;
    if (this.state !== "listening") return;
    this.#become("writing");
    try {
      const text = (await ear.done()).trim();
      if (!text) throw new NotHeard("dictationNothing");
      if (this.ear !== ear) return;
      this.#end();
      this.page.heard(text);
    } catch (error) {
      this.#fail(ear, error);
    }
  }

  cancel() {
    if (this.isIdle) return;
    this.ear.cancel();
    this.#end();
  }

  #fail(ear, error) {
    if (this.ear !== ear) return;
    ear.cancel();
    this.#end();
    this.page.failed(error);
  }

  #end() {
    this.ear = null;
    this.#become("idle");
  }

  #become(state) {
    this.state = state;
    this.page.changed(state);
  }
}

/** The text as it goes between two others: with a blank where words would run together. */
export function between(before, text, after) {
  const start = needsBlank(before.slice(-1), text[0]) ? " " : "";
  const end = needsBlank(text.slice(-1), after[0] ?? "") ? " " : "";
  return start + text + end;
}

const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}，。！？；：、（）「」]/u;

function needsBlank(left, right) {
  if (!left || !right || /\s/.test(left + right)) return false;
  if (SPACELESS.test(left + right)) return false;
  return !/[([{“‘]/.test(left) && !/[.,;:!?)\]}”’]/.test(right);
}
