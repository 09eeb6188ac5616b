// The chat page: makes its parts and connects them.
import { Amending } from "./amending.js";
import { Api } from "./api.js";
import { Approving } from "./approving.js";
import { Asking } from "./asking.js";
import { Attention } from "./attention.js";
import { Branching } from "./branching.js";
import * as browser from "./browser.js";
import { CatchingUp } from "./catching-up.js";
import { Comparing } from "./comparing.js";
import { BackgroundSwitch } from "./elements/background-switch.js";
import { copy, copyCode } from "./elements/clipboard.js";
import { Composer } from "./elements/composer.js";
import { ConnectionView } from "./elements/connection.js";
import { Deleting } from "./deleting.js";
import { DictationView } from "./elements/dictation.js";
import { closeOnBackdrop } from "./elements/dialogs.js";
import { part } from "./elements/dom.js";
import { takeDrops } from "./elements/dropping.js";
import { Drawing } from "./elements/drawing.js";
import { ModelPicker } from "./elements/model-picker.js";
import { AllowedTools } from "./elements/allowed-tools.js";
import { ArchivedNote } from "./elements/archived-note.js";
import { FolderNote } from "./elements/folder-note.js";
import { Folders } from "./elements/folders.js";
import { KeyLine } from "./elements/key-line.js";
import { Notice } from "./elements/notice.js";
import { OnlyThisSwitch } from "./elements/only-this-switch.js";
import { Origin } from "./elements/origin.js";
import { Painter } from "./elements/painter.js";
import { Reach } from "./elements/reach.js";
import { SearchFilters } from "./elements/search-filters.js";
import { Scripts } from "./elements/scripts.js";
import { Search } from "./elements/search.js";
import { Scroller } from "./elements/scroller.js";
import { SeveralView } from "./elements/several.js";
import { Shell } from "./elements/shell.js";
import { listen } from "./elements/shortcuts.js";
import { showShortcuts } from "./elements/shortcuts-dialog.js";
import { ShareDialog } from "./elements/share-dialog.js";
import { Sidebar } from "./elements/sidebar.js";
import { Source } from "./elements/source.js";
import { Steps } from "./elements/steps.js";
import { TakenNote } from "./elements/taken-note.js";
import { TabTitle } from "./elements/tab-title.js";
import { TagLine } from "./elements/tag-line.js";
import { Temporary } from "./elements/temporary.js";
import { Transcript } from "./elements/transcript.js";
import { UndoToast } from "./elements/undo-toast.js";
import { message } from "./messages.js";
import { BackgroundChoice } from "./models/background.js";
import { OnlyThis } from "./models/only-this.js";
import { Drafts } from "./models/drafts.js";
import { ServerClock } from "./models/elapsed.js";
import { Notifications } from "./models/notifications.js";
import { isStored, Outbox } from "./models/outbox.js";
import { Mapping } from "./mapping.js";
import { Several } from "./models/several.js";
import { Shortcuts } from "./models/shortcuts.js";
import { earOf } from "./recording.js";
import { responseIn } from "./navigation.js";
import { Organising } from "./organising.js";
import { Place } from "./place.js";
import { Preparing } from "./preparing.js";
import { Sending } from "./sending.js";
import { Session } from "./session.js";
import { Socket } from "./socket.js";
import { Summaries } from "./summaries.js";
import { uploader } from "./uploading.js";
import { untilThere } from "./later.js";

const world = browser.world;
const told = (id) => JSON.parse(document.getElementById(id).textContent);
const page = { ...told("installation"), ...told("page") };
const root = document.getElementById("shell");
const main = part(root, "main");
const storage = browser.storage();
const api = new Api(page.csrf_token);
const clock = new ServerClock(page.now);
const notice = new Notice(part(main, "notice"));
const title = new TabTitle(root.dataset.name);
const connection = new ConnectionView(part(main, "connection"));
const drafts = new Drafts(storage, page.user.id);
const outbox = new Outbox(storage, page.user.id, Date.now, browser.tabName());
const notifications = new Notifications(storage, page.user.id, globalThis.Notification);

const files = {
  limits: page.files,
  send: uploader(page.csrf_token),
  text: (id) => api.fileText(id),
  there: (ids) => api.filesThere(ids),
};

const sidebar = new Sidebar(part(root, "history"), {
  more: (before) => api.conversations(before),
  rename: (id, name) => place.attempt(async () => summaries.put(await api.rename(id, name))),
  remove: (id) => place.attempt(() => deleting.remove([id])),
  share: (id) => sharing.show(id),
  pin: (id, wanted) => organising.change([id], { pinned: wanted }),
  archive: (id) => organising.archive([id]),
  move: (id) => organising.move([id]),
  tag: (id) => organising.tag([id]),
  select: (id) => organising.select(id),
});

const socket = new Socket(
  browser.socketAddress(),
  {
    event: (event) => session.event(event),
    snapshot: (id, response) => session.snapshot(id, response),
    accepted,
    error: (frame) => asking.refused(frame),
    notice: noticed,
    connection: connectionChanged,
    signedOut: () => place.signedOut(),
  },
  world,
);
const sending = new Sending(outbox, socket, world);
const amending = new Amending(socket, world, {
  open: () => session.conversation.id,
  reload: () => catchingUp.open(),
  late: (change) => asking.late(change),
});

const transcript = new Transcript(part(main, "transcript"), {
  select: (id) => session.select(id),
  retry: (id, model) => asking.retry(id, model),
  retrySeveral: (id) => severalView.open((models) => asking.retry(id, null, models)),
  edit: (id, text, attached) => asking.edit(id, text, attached),
  goOn: (id) => asking.goOn(id),
  compact: (id) => asking.compactAndAsk(id),
  rate: (id, rating) =>
    place.attempt(async () => {
      await api.rate(id, rating);
      session.conversation.rate(id, rating);
      session.show();
    }),
  amend: (id, text, attached) => asking.amend(id, text, attached),
  withdraw: (id) => asking.withdraw(id),
  sending: (key) => sending.state(key),
  now: () => clock.now(),
  models: page.models,
  files,
  opensFiles: true,
  get branches() {
    return branching;
  },
  get approvals() {
    return approving;
  },
  keep: (id) => branching.keep(id),
  stop: (id) => socket.cancel(id),
});
const drawing = new Drawing(part(main, "scroller"), transcript, (change) => scroller.stay(change));
const scroller = new Scroller(part(main, "scroller"), part(main, "content"), part(main, "jumps"));
const picker = new ModelPicker(part(main, "model-picker"), page.models, () => {
  background.show();
  onlyThis.show();
  preparing.show();
  takenNote.show();
});
scroller.draw = () => drawing.now();
const reach = new Reach(
  part(main, "scroller"),
  { earlier: part(main, "earlier"), later: part(main, "later") },
  transcript,
  {
    cursors: () => session.conversation,
    more: (side) => session.more(side),
    first: () => place.attempt(() => session.toFirst()),
    failed: (error) => place.failed(error),
  },
);
const background = new BackgroundSwitch(
  part(main, "background"),
  new BackgroundChoice(page.models),
  () => picker.chosen,
);
const onlyThis = new OnlyThisSwitch(
  /** @type {HTMLButtonElement} */ (part(main, "only-this")),
  new OnlyThis(page.models, storage, page.user.id),
  () => picker.chosen,
);
const several = new Several(page.models, storage, page.user.id);
const severalView = new SeveralView(
  /** @type {HTMLButtonElement} */ (part(main, "several")),
  part(main, "model-picker"),
  /** @type {HTMLDialogElement} */ (document.getElementById("several-dialog")),
  several,
  () => picker.chosen,
  () => filesOrModelsChanged(),
);
const temporary = new Temporary(main, {
  hours: page.temporary_hours,
  keep: (id) => place.attempt(async () => summaries.put(await api.keep(id))),
});
const preparing = new Preparing(page, storage, main, {
  api,
  clock: world,
  model: () => picker.chosen,
  choose: (id) => picker.choose(id),
  compact: (id) => asking.compact(id),
  place: () => ({ ...several.options(), ...folderNote.options(), ...temporary.options() }),
  attached: () => composer.files.uploads.parts,
  attach: (file) => composer.files.uploads.attach(file),
  folder: () => session.conversation.summary?.folder ?? folderNote.options().folder ?? null,
});
const takenNote = new TakenNote(
  part(main, "taken-note"),
  () => composer.files.uploads.list.filter(({ state }) => state !== "failed").map(({ name }) => name),
  () => page.models.filter(({ id }) => (several.ids.length ? several.ids : [picker.chosen]).includes(id)),
);
const filesOrModelsChanged = () => {
  takenNote.show();
  preparing.measure();
};
const composer = new Composer(part(main, "composer"), drafts, {
  canSend: () => asking.canSend(),
  send: (text, attached) => asking.ask(text, attached),
  stop: () => asking.stop(),
  notify: (text) => notice.show(text),
  filesChanged: () => filesOrModelsChanged(),
  editLast: () => transcript.editLast(),
}, files);
const dictation = new DictationView(
  part(main, "composer"),
  earOf(page.transcribes, page.csrf_token),
  (text) => notice.show(text),
);
const place = new Place({
  api,
  session: () => session,
  summaries: () => summaries,
  sidebar,
  shell: new Shell(root),
  title,
  background,
  temporary,
  drafts,
  notice,
  archived(summary) {
    archivedNote.show(summary);
    allowedTools.show(summary);
  },
  tags(summary) {
    tagLine.show(summary);
    keyLine.show(summary);
  },
  heading: part(main, "title"),
  signIn: root.dataset.signIn,
});
const deleting = new Deleting({
  api,
  place,
  session: () => session,
  summaries: () => summaries,
  sidebar,
  drafts,
  notice,
  toast: () => toast,
});
const toast = new UndoToast(
  part(root, "toast"),
  world,
  (gone) => place.attempt(() => deleting.undo(gone)),
  () => composer.invite(),
);
const organising = new Organising({
  api,
  place,
  summaries: () => summaries,
  notice,
  folders: () => folders,
  remove: (ids) => deleting.remove(ids),
  open: () => session.conversation.summary,
  changed: updated,
  bar: part(root, "selection"),
  sidebar,
});
const folderNote = new FolderNote(part(main, "folder-note"), (id) => folders.nameOf(id));
const tagLine = new TagLine(part(main, "tags"), (tag) => search.only(tag));
const keyLine = new KeyLine(part(main, "key"), (name) => {
  scripts.saw(name); // the page is told of so many names alone
  search.onlyKey(name);
});
const archivedNote = new ArchivedNote(part(main, "archived-note"), {
  takeBack: (id) => organising.change([id], { archived: false }),
  tag: (id) => organising.tag([id]),
});
const branching = new Branching({
  api,
  session: () => session,
  place,
  origin: new Origin(part(main, "origin")),
  source: new Source(part(main, "copied")),
  comparing: () => comparing,
  kept(model) {
    severalView.choose([]);
    picker.choose(model);
  },
  sharing: () => sharing,
  deleting: () => deleting,
});
const approving = new Approving({
  session: () => session,
  asking: () => asking,
  api,
  storage,
  user: page.user.id,
  attempt: (act) => place.attempt(act),
  changed: updated,
});
const allowedTools = new AllowedTools(
  part(main, "allowed"),
  /** @type {HTMLDialogElement} */ (document.getElementById("allowed-dialog")),
  (tool) => approving.withdraw(tool),
);
const comparing = new Comparing({
  dialog: /** @type {HTMLDialogElement} */ (document.getElementById("compare-dialog")),
  api,
  session: () => session,
  place,
  markOf: (id) => branching.of(id),
  jump: (id) => mapping.jump(id),
  models: page.models,
});
const mapping = new Mapping({
  dialog: /** @type {HTMLDialogElement} */ (document.getElementById("map-dialog")),
  button: part(main, "map"),
  api,
  session: () => session,
  place,
  branching,
  models: page.models,
});

const session = new Session({
  socket,
  api,
  sending,
  transcript,
  scroller,
  composer,
  picker,
  painter: new Painter((id) => session.draw(id)),
  page: {
    opened: () => {
      several.open(session.conversation.id);
      severalView.show();
      place.opened(session);
      folderNote.open(session.conversation.id, location.search);
      branching.opened();
    },
    began(id) {
      several.adopt(id);
      place.began(id);
      folderNote.open(id, "");
    },
    changed: (summary) => summaries.put(summary),
    behind: () => catchingUp.open(),
    loaded: (conversation) => {
      amending.reconcile(conversation);
      mapping.refresh();
    },
    moved: () => place.moved(),
    asks: (response) => approving.announcement(response),
    spoken: async (text) =>
      (await untilThere(() => import("./models/spoken.js"), world)).spoken(text),
    filled: (filled) => main.classList.toggle("starting", !filled),
    shown(id, last) {
      preparing.follow(id, last);
      drawing.look();
      reach.look();
    },
    failed: (error) => place.failed(error),
  },
});
const asking = new Asking({
  session,
  several,
  sending,
  amending,
  socket,
  transcript,
  scroller,
  composer,
  drafts,
  notice,
  options: (model, response) => ({
    ...background.options(model),
    ...onlyThis.options(model),
    ...temporary.options(),
    ...folderNote.options(),
    ...preparing.options(response),
    time_zone: browser.timeZone(),
  }),
});
const attention = new Attention({
  socket,
  history: sidebar.history,
  notifications,
  title,
  world,
  visible: browser.isVisible,
  open: () => session.conversation.id,
  tell({ id, title }) {
    const where = { href: `/c/${encodeURIComponent(id)}`, text: message("readIt"), isHere: true };
    notice.show(message("answerReadyIn", { title: title || message("untitled") }), where);
  },
  visit(id) {
    window.focus();
    place.go(id);
  },
});
const scripts = new Scripts(part(root, "scripts"), {
  sidebar,
  names: page.key_names,
  hidden: page.hides_scripts,
  keep: (hidden) => api.hideScripts(hidden),
  attempt: (act) => place.attempt(act),
});
const summaries = new Summaries({
  sidebar,
  scripts,
  attention,
  api,
  shown: (summary) => place.changed(summary),
  gone: (id) => place.unlisted(id),
});
const catchingUp = new CatchingUp({
  summaries,
  folders: () => folders,
  session,
  socket,
  world,
  failed: (error) => place.failed(error),
});

/** The server has stored what was sent. */
function accepted(frame) {
  clock.saw(frame.response.created_at);
  sending.accepted(frame);
  attention.expects(frame.response.id);
  summaries.put(frame.conversation);
  asking.accepted(frame);
}

/** @param {string[]} notes what is remembered of the person from now on */
function noted(notes) {
  const where = { href: "/memory/", text: message("notedWhere") };
  notice.show(message("noted", { notes: notes.join(" ") }), where);
}

function newTemporary() {
  place.go(null);
  temporary.toggle();
}

/** The last button that would have copied it shows that it worked. */
function copyByKey(text, buttons) {
  if (!text) return notice.show(message("nothingToCopy"));
  copy([...main.querySelectorAll(buttons)].at(-1) ?? main, text);
}

/** Hints of the server's. */
function noticed(frame) {
  if (frame.type === "conversations.changed") catchingUp.allInAWhile();
  else if (frame.type === "conversation.titling") summaries.titles(frame.conversation_id, frame.title);
  else if (frame.type === "memory.updated") noted(frame.notes);
  else if (frame.type === "conversation.deleted") place.deleted(frame.conversation_id);
  else if (frame.type === "folders.updated") folders.update(frame.folders);
  else if (frame.type === "scripts.hidden") place.attempt(() => scripts.set(frame.hidden));
  else if (frame.type === "conversations.deleted") frame.conversation_ids.forEach(deleted);
  else if (frame.type === "conversations.updated") frame.conversations.forEach(updated);
  else if (frame.type === "conversation.updated") updated(frame.conversation);
}

const deleted = (id) => place.deleted(id);

function updated(summary) {
  summaries.put(summary);
  session.updated(summary);
}

function connectionChanged(connected, attempts) {
  connection.show(connected);
  if (connected) [sending, amending, attention].forEach((each) => each.connected());
  transcript.tick();
  // A page may be older than its connection. A refused handshake looks like a lost line; the
  // session may have ended meanwhile.
  const isStale = attempts > 0 || sidebar.history.isAnswering;
  if (connected ? isStale : attempts % 3 === 0) catchingUp.all();
}

for (const example of main.querySelectorAll("[data-example]")) {
  example.addEventListener("click", () => composer.fill(example.dataset.example));
}

const searchDialog = /** @type {HTMLDialogElement} */ (document.getElementById("search-dialog"));
const search = new Search(
  searchDialog,
  new SearchFilters(part(searchDialog, "filters"), page.models, {
    folders: () => folders.folders,
    tags: async () => (await api.tags()).tags,
    keys: () => scripts.names,
  }),
  (query, filters, before) => api.search(query, filters, before),
  (error) => place.failed(error),
);

const sharing = new ShareDialog(
  /** @type {HTMLDialogElement} */ (document.getElementById("share-dialog")),
  api,
  (error) => place.failed(error),
);
part(main, "share").addEventListener("click", () => sharing.show(session.conversation.id));

takeDrops(root, (dropped) => composer.attach(dropped));
copyCode(main);
const toEnd = () => place.attempt(() => session.toEnd());
part(main, "to-end").addEventListener("click", toEnd);
const steps = new Steps(part(main, "jumps"), part(main, "scroller"), transcript, scroller, toEnd);
const shortcuts = new Shortcuts(page.user.shortcuts);
browser.channel(`shortcuts:${page.user.id}`, (chosen) => shortcuts.take(chosen));
listen(shortcuts, {
  "new-chat": () => place.go(null),
  search: () => search.show(),
  sidebar: () => place.shell.toggle(),
  write: () => composer.focus(),
  dictate: () => dictation.toggle(),
  model: () => picker.open(),
  "answer-settings": () => preparing.panel.show(),
  "copy-answer": () => copyByKey(session.lastAnswer, '[data-part="copy"]'),
  "copy-code": () => copyByKey(transcript.Content?.lastCode(session.answers), "[data-copy]"),
  previous: () => steps.previous(),
  next: () => steps.next(),
  map: () => mapping.show(),
  allow: () => approving.decideOpen("once"),
  deny: () => approving.decideOpen("deny"),
  temporary: newTemporary,
  delete: () => session.conversation.id && sidebar.actions.remove(session.conversation.id),
  settings: () => location.assign("/settings/"),
  shortcuts: () => showShortcuts(shortcuts),
});
part(root, "shortcuts").addEventListener("click", () => showShortcuts(shortcuts));
part(root, "search").addEventListener("click", () => search.show());
closeOnBackdrop();

browser.onWake((slept) => (slept || !socket.connected) && socket.restart());
browser.onReturn(() => {
  attention.returned();
  summaries.seen(session.conversation.id);
});
browser.onChangedElsewhere(outbox.store.prefix, (key, text, before) => {
  if (isStored(text)) sending.again(key);
  else if (text === null && !isStored(before)) asking.gone(key);
});
setInterval(() => transcript.tick(), 1000);

asking.giveBackExpired();
sidebar.add(page.conversations, page.next);
const folders = new Folders(part(root, "folders"), {
  sidebar,
  storage,
  folders: page.folders,
  page: (folder, before) => api.conversations(before, folder),
  list: () => api.folders(),
  move: (id, folder) => organising.change([id], { folder }),
  failed: (error) => place.failed(error),
});
session.open(page.state, responseIn(location.search));
const assistant = new URLSearchParams(location.search).get("assistant");
if (!page.state && assistant) preparing.use(assistant);
if (!responseIn(location.search)) composer.invite();
socket.connect();
untilThere(() => import("./elements/turn-content.js"), world).then(({ TurnContent }) => {
  transcript.Content = TurnContent;
  scroller.landAgain();
  drawing.look();
});
