// The chat page: makes its parts and connects them.
import { Api, SignedOut } from "./api.js";
import { onWake, socketAddress, storage, world } from "./browser.js";
import { announce } from "./elements/announcer.js";
import { copy, copyCode } from "./elements/clipboard.js";
import { Composer } from "./elements/composer.js";
import { ConnectionView } from "./elements/connection.js";
import { askToDelete, closeOnBackdrop, showShortcuts } from "./elements/dialogs.js";
import { part } from "./elements/dom.js";
import { ModelPicker } from "./elements/model-picker.js";
import { Notice } from "./elements/notice.js";
import { Painter } from "./elements/painter.js";
import { Scroller } from "./elements/scroller.js";
import { Shell } from "./elements/shell.js";
import { listen } from "./elements/shortcuts.js";
import { Sidebar } from "./elements/sidebar.js";
import { Transcript } from "./elements/transcript.js";
import { message } from "./messages.js";
import { Drafts } from "./models/drafts.js";
import { Navigation } from "./navigation.js";
import { Session } from "./session.js";
import { Socket } from "./socket.js";

const page = JSON.parse(document.getElementById("page").textContent);
const root = document.getElementById("shell");
const main = part(root, "main");
const api = new Api(page.csrf_token);
const notice = new Notice(part(main, "notice"));
const shell = new Shell(root);
const drafts = new Drafts(storage());

const sidebar = new Sidebar(part(root, "history"), {
  more: (before) => api.conversations(before),
  rename: (id, title) => attempt(async () => showSummary(await api.rename(id, title))),
  remove: (id) => attempt(() => remove(id)),
});

const socket = new Socket(
  socketAddress(),
  {
    event: (event) => session.event(event),
    snapshot: (id, response) => session.snapshot(id, response),
    accepted(frame) {
      sidebar.put(frame.conversation);
      session.accepted(frame);
    },
    error: (frame) => session.refused(frame),
    notice: (frame) =>
      frame.type === "conversation.deleted"
        ? deleted(frame.conversation_id)
        : updated(frame.conversation),
    connection: (connected, attempts) => connectionChanged(connected, attempts),
    signedOut,
  },
  world,
);
const connection = new ConnectionView(part(main, "connection"));

const transcript = new Transcript(part(main, "transcript"), {
  select: (id) => session.select(id),
  retry: (id, model) => session.retry(id, model),
  edit: (id, text) => session.edit(id, text),
  connected: () => socket.connected,
  models: page.models,
});

const session = new Session({
  socket,
  api,
  transcript,
  notice,
  scroller: new Scroller(part(main, "scroller"), part(main, "content"), part(main, "to-end")),
  painter: new Painter((id) => session.draw(id)),
  picker: new ModelPicker(part(main, "model-picker"), page.models),
  composer: new Composer(part(main, "composer"), drafts, {
    send: (text) => session.ask(text),
    stop: () => session.stop(),
    notify: (text) => notice.show(text),
  }),
  page: {
    opened: showOpened,
    began,
    changed: showSummary,
    failed,
    filled: (filled) => main.classList.toggle("starting", !filled),
  },
});
const { composer } = session;

const navigation = new Navigation((id) => attempt(() => open(id)));

function signedOut() {
  location.assign(`${root.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`);
}

/** Says in words what went wrong; a session that ended leads to the sign-in page. */
function failed(error) {
  if (error instanceof SignedOut) return signedOut();
  const gone = error.status === 404;
  notice.show(message(gone ? "notFound" : "notDone"));
  if (gone) navigation.go(null);
}

async function attempt(act) {
  try {
    await act();
  } catch (error) {
    failed(error);
  }
}

let wanted = null; // the last place the person asked for; slower answers are dropped

async function open(id) {
  const request = (wanted = Symbol(id ?? "new"));
  shell.closeDrawer();
  sidebar.select(id);
  const state = id ? await api.state(id) : null;
  if (request !== wanted) return;
  session.open(state);
  composer.invite();
}

function showOpened({ conversation }) {
  sidebar.select(conversation.id);
  showTitle(conversation.summary?.title ?? "");
}

function showTitle(title) {
  document.title = title ? `${title} · ${root.dataset.name}` : root.dataset.name;
  const heading = part(main, "title");
  heading.textContent = title || heading.dataset.empty;
}

function began(id) {
  navigation.replace(id);
  sidebar.select(id);
  showTitle(session.conversation.summary.title);
}

function showSummary(summary) {
  sidebar.put(summary);
  if (summary.id === session.conversation.id) showTitle(summary.title);
}

function updated(summary) {
  showSummary(summary);
  attempt(() => session.updated(summary));
}

async function remove(id) {
  if (!(await askToDelete(sidebar.history.get(id).title))) return;
  await api.remove(id);
  deleted(id);
  announce(message("deleted"));
}

function deleted(id) {
  sidebar.remove(id);
  drafts.set(id, "");
  if (id === session.conversation.id) navigation.go(null);
}

function connectionChanged(connected, attempts) {
  connection.show(connected);
  transcript.tick();
  if (connected && attempts) attempt(catchUp);
  // A refused handshake looks like a lost line; the session may have ended meanwhile.
  if (!connected && attempts % 3 === 0)
    catchUp().catch((error) => error instanceof SignedOut && signedOut());
}

/** What was said while nobody listened. */
async function catchUp() {
  const { conversations } = await api.conversations();
  conversations.forEach((summary) => sidebar.put(summary));
  await session.reload();
}

for (const example of main.querySelectorAll("[data-example]")) {
  example.addEventListener("click", () => composer.fill(example.dataset.example));
}

copyCode(main);
listen({
  "mod+shift+o": () => navigation.go(null),
  "mod+shift+s": () => shell.toggle(),
  "mod+shift+c": () => copy(document.body, session.copyLast()),
  "shift+escape": () => composer.focus(),
  "mod+/": showShortcuts,
});
part(root, "shortcuts").addEventListener("click", showShortcuts);
closeOnBackdrop();

onWake((slept) => (slept || !socket.connected) && socket.restart());
setInterval(() => transcript.tick(), 1000);

sidebar.add(page.conversations, page.next);
session.open(page.state);
composer.invite();
socket.connect();
