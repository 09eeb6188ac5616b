// A chat page without a DOM: the real socket, session and acts, and in place of what is drawn a
// record of it. Sentences are their names.
import { spoken } from "../../static/chat/models/spoken.js";
import { Amending } from "../../static/chat/amending.js";
import { Asking } from "../../static/chat/asking.js";
import { Drafts } from "../../static/chat/models/drafts.js";
import { questionText } from "../../static/chat/models/items.js";
import { Outbox } from "../../static/chat/models/outbox.js";
import { Sending } from "../../static/chat/sending.js";
import { Session } from "../../static/chat/session.js";
import { Socket } from "../../static/chat/socket.js";
import { storage } from "./storage.mjs";
import { World } from "./world.mjs";

const noMessages = { content: { querySelectorAll: () => [] } };
globalThis.document = { getElementById: (id) => (id === "messages" ? noMessages : null) };

/** The message field: what is typed there, and what the page puts there. */
class Field {
  text = "";
  answering = false;
  open(conversation) {
    this.conversation = conversation;
  }
  adopt(conversation) {
    this.conversation = conversation;
  }
  sent() {}
  invite() {}
  setAnswering(answering) {
    this.answering = answering;
  }
  giveBack(text) {
    this.text = [text, this.text].filter(Boolean).join("\n\n");
  }
  takeBack(text) {
    this.text ||= text;
  }
  drop(text) {
    if (this.text === text) this.text = "";
  }
}

export class Page {
  /** @param {{state?: object | null, kept?: Storage}} options what is open, and what was kept */
  constructor({ state = null, kept = storage() } = {}) {
    const ignored = () => {};
    this.world = new World();
    this.composer = new Field();
    this.drafts = new Drafts(kept, 1);
    this.notices = [];
    this.path = [];
    this.changed = [];
    this.began = null;
    this.states = []; // what the server says when it is asked, oldest first
    this.asked = 0;
    this.pages = []; // and when it is asked for more turns
    this.turnsAsked = [];
    const transcript = {
      show: (path) => (this.path = path),
      update: ignored,
      rename: ignored,
      tick: ignored,
      turns: [],
      below: ignored,
      last: { node: null },
    };
    const scroller = { toEnd: ignored, showQuestion: ignored, toTurn: ignored };
    Object.assign(scroller, { keep: (_, change) => change(), stay: (change) => change() });
    const socket = new Socket("ws://test/ws", this.#handlers(), this.world);
    this.sending = new Sending(new Outbox(kept, 1), socket, this.world);
    this.amending = new Amending(socket, this.world, {
      open: () => this.session.conversation.id,
      reload: () => this.session.reload(),
      late: (change) => this.asking.late(change),
    });
    const parts = { socket, transcript, scroller, composer: this.composer, sending: this.sending };
    this.session = new Session({
      ...parts,
      api: {
        state: async () => ((this.asked += 1), this.states.shift()),
        turns: async (...asked) => (this.turnsAsked.push(asked), this.pages.shift()),
      },
      picker: { choose: ignored },
      painter: { request: ignored, flush: ignored },
      page: {
        opened: ignored,
        filled: ignored,
        shown: ignored,
        moved: ignored,
        began: (id) => (this.began = id),
        changed: (summary) => this.changed.push(summary),
        spoken: async (text) => spoken(text),
        behind: () => this.session.reload(),
        loaded: (conversation) => this.amending.reconcile(conversation),
        failed: (error) => this.notices.push(error),
      },
    });
    this.asking = new Asking({
      ...parts,
      session: this.session,
      amending: this.amending,
      drafts: this.drafts,
      notice: { show: (text) => this.notices.push(text) },
      several: { options: () => ({}) },
      options: (model = "m1") => ({ model }),
    });
    this.asking.giveBackExpired();
    this.session.open(state);
    socket.connect();
    this.world.socket.open();
  }

  /** @returns {string[]} what is shown, root first: ids, and texts of what is on its way */
  get shown() {
    const name = ({ id, pending, response }) => (pending ? questionText(response.input) : id);
    return this.path.map(name);
  }

  /** @returns {string[]} the names of those shown as waiting for their turn */
  get queued() {
    return this.shown.filter((_, index) => this.path[index].queued);
  }

  /** @param {string} type @returns {object[]} the frames of this type that were sent last */
  sent(type) {
    return this.world.sent.filter((frame) => frame.type === type);
  }

  say(...frames) {
    this.world.socket.say(...frames);
  }

  /** The server acknowledges what was sent last. */
  accept(response, conversation) {
    const { client_key } = this.sent("response.create").at(-1);
    this.say({ type: "response.accepted", client_key, response, conversation });
  }

  /** Until everything that was asked for by now has arrived. */
  settle() {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #handlers() {
    return {
      event: (event) => this.session.event(event),
      snapshot: (id, response) => this.session.snapshot(id, response),
      error: (frame) => this.asking.refused(frame),
      notice: (frame) => this.session.updated(frame.conversation),
      signedOut: () => {},
      accepted: (frame) => {
        this.sending.accepted(frame);
        this.asking.accepted(frame);
      },
      connection: (connected) => {
        if (connected) this.sending.connected();
        if (connected) this.amending.connected();
      },
    };
  }
}

export const summary = (version = 1, more = {}) => ({
  id: "c1",
  title: "t",
  updated_at: "2026-11-23T00:00:00Z",
  answering: null,
  version,
  ...more,
});

/** A response of the server's; what the person wrote is its id, unless said otherwise. */
export const response = (id, previous, more = {}) => ({
  id,
  status: "completed",
  previous_response_id: previous,
  retry_of: null,
  model_id: "m2",
  input: [{ role: "user", content: id }],
  output: [{ type: "message", content: [{ type: "output_text", text: `answer ${id}` }] }],
  sequence_number: null,
  ...more,
});

export const running = (id, previous, more = {}) =>
  response(id, previous, { status: "in_progress", output: [], ...more });

export const waiting = (id, previous, more = {}) =>
  running(id, previous, { status: "queued", waiting: true, ...more });

export const state = (version, ...responses) => ({
  conversation: summary(version),
  tree: responses,
  selected_root_id: null,
  responses,
});

export const event = (id, sequence, type, more = {}) => ({
  type: `response.${type}`,
  stream_id: id,
  sequence_number: sequence,
  ...more,
});
