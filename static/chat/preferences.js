// The page of settings: what needs no script there is made better by it, the rest is made by it.
import { Api } from "./api.js";
import { channel, storage } from "./browser.js";
import { part } from "./elements/dom.js";
import { NotifyToggle } from "./elements/notify-toggle.js";
import { ShortcutEditor } from "./elements/shortcut-editor.js";
import { themeChoices } from "./elements/theme.js";
import { Notifications } from "./models/notifications.js";
import { Shortcuts } from "./models/shortcuts.js";

const page = JSON.parse(document.getElementById("page").textContent);
const api = new Api(page.csrf_token);
themeChoices(document.getElementById("theme"), "aria-pressed");

const notify = document.getElementById("notify");
const notifications = new Notifications(storage(), page.user.id, globalThis.Notification);
new NotifyToggle(part(notify, "notify"), notifications, (text) => {
  part(notify, "said").textContent = text;
});
part(notify, "unsupported").hidden = notifications.isSupported;

const editor = new ShortcutEditor(
  document.getElementById("shortcuts"),
  new Shortcuts(page.user.shortcuts),
  async (chosen) => tellOthers(await api.keepShortcuts(chosen)),
);
const tellOthers = channel(`shortcuts:${page.user.id}`, (chosen) => editor.take(chosen));
