// Which conversation the page shows, in its address, its title and its sidebar.
import { SignedOut, isAbout } from "./api.js";
import { message } from "./messages.js";
import { Navigation } from "./navigation.js";

const NOT_FOUND = 404;

export class Place {
  /**
   * @param {object} parts
   * @param {import("./api.js").Api} parts.api
   * @param {() => import("./session.js").Session} parts.session
   * @param {() => import("./summaries.js").Summaries} parts.summaries
   * @param {import("./elements/sidebar.js").Sidebar} parts.sidebar
   * @param {import("./elements/shell.js").Shell} parts.shell
   * @param {import("./elements/tab-title.js").TabTitle} parts.title
   * @param {import("./elements/background-switch.js").BackgroundSwitch} parts.background
   * @param {import("./elements/temporary.js").Temporary} parts.temporary
   * @param {import("./models/drafts.js").Drafts} parts.drafts
   * @param {import("./elements/notice.js").Notice} parts.notice
   * @param {(summary: object | null) => void} parts.archived shows whether it is put away
   * @param {(summary: object | null) => void} parts.tags shows those that it has
   * @param {HTMLElement} parts.heading
   * @param {string} parts.signIn the address of the sign-in page
   */
  constructor(parts) {
    Object.assign(this, parts);
    /** The place that the person asked for last, until it is shown; slower answers are dropped. */
    this.wanted = /** @type {symbol | null} */ (null);
    this.navigation = new Navigation((id, response) =>
      this.attempt(() => this.#open(id, response)),
    );
  }

  /** @param {string | null} id @param {string | null} response the message to show, if not the end */
  go(id, response = null) {
    this.navigation.go(id, response);
  }

  /** @param {import("./session.js").Session} session */
  opened({ conversation }) {
    this.sidebar.select(conversation.id);
    this.background.open(conversation.id);
    this.temporary.open(conversation.summary);
    this.#stands(conversation.summary);
    this.showTitle(conversation.summary?.title ?? "");
    this.summaries().seen(conversation.id);
  }

  /** The conversation that was new has this id now. @param {string} id */
  began(id) {
    if (!this.wanted) this.#stay();
    this.background.adopt(id);
    this.temporary.open(this.session().conversation.summary);
    this.#stands(this.session().conversation.summary);
    this.showTitle(this.session().conversation.summary.title);
  }

  /** The reader has left the message that a link led to: a reload would not lead there. */
  moved() {
    const { id } = this.session().conversation;
    if (id && !this.wanted) this.navigation.replace(id);
  }

  /** @param {import("./models/history.js").Summary} summary */
  changed(summary) {
    if (summary.id !== this.session().conversation.id) return;
    this.showTitle(summary.title);
    this.temporary.changed(summary);
    this.#stands(summary);
  }

  #stands(summary) {
    this.archived(summary);
    this.tags(summary);
  }

  /** @param {string} title */
  showTitle(title) {
    this.title.show(title);
    this.heading.textContent = title || this.heading.dataset.empty;
  }

  /** It is in the list no more, as far as a list says: deleted, or only put away. */
  unlisted(id) {
    this.sidebar.remove(id);
  }

  /** It was deleted here or elsewhere. @param {string} id */
  deleted(id) {
    this.sidebar.remove(id);
    this.drafts.forget(id);
    if (id === this.session().conversation.id) this.go(null);
  }

  /**
   * Says in words what went wrong; a session that ended leads to the sign-in page, an open
   * conversation that is gone to a new one. What is missing elsewhere leads nobody away.
   */
  failed(error) {
    if (error instanceof SignedOut) return this.signedOut();
    const gone = error.status === NOT_FOUND;
    this.notice.show(message(gone ? "notFound" : "notDone"));
    if (!gone) return;
    if (isAbout(error, this.session().conversation.id)) this.go(null);
    else this.attempt(() => this.#catchUp());
  }

  /** What was missing somewhere may still be listed, or be what is open. */
  async #catchUp() {
    await this.summaries().catchUp();
    await this.session().reload();
  }

  signedOut() {
    location.assign(`${this.signIn}?next=${encodeURIComponent(location.pathname)}`);
  }

  /** @param {() => Promise<void>} act */
  async attempt(act) {
    try {
      await act();
    } catch (error) {
      this.failed(error);
    }
  }

  async #open(id, response) {
    const request = (this.wanted = Symbol(id ?? "new"));
    this.shell.closeDrawer();
    this.sidebar.select(id);
    const state = id ? await this.#stateOf(id, response, request) : null;
    if (request !== this.wanted) return;
    this.wanted = null;
    this.session().open(state, response);
    if (!response) this.session().composer.invite();
  }

  /** What goes wrong with a place that is wanted no more is nothing to the person. */
  async #stateOf(id, response, request) {
    try {
      return await this.api.state(id, ...(response ? [response] : []));
    } catch (error) {
      if (request !== this.wanted) return null;
      this.wanted = null;
      if (!(error instanceof SignedOut)) this.#stay();
      if (error.status === NOT_FOUND) this.go(null); // it is what the person wanted to see
      throw error;
    }
  }

  /** Address and sidebar say what is shown. */
  #stay() {
    const { id } = this.session().conversation;
    this.navigation.replace(id);
    this.sidebar.select(id);
  }
}
