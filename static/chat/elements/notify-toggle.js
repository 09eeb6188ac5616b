// Whether the browser tells when an answer is ready: asked for here, allowed or not by the browser.
import { message } from "../messages.js";

export class NotifyToggle {
  /**
   * @param {HTMLElement} button a switch
   * @param {import("../models/notifications.js").Notifications} notifications
   * @param {(text: string) => void} say
   */
  constructor(button, notifications, say) {
    this.button = button;
    this.notifications = notifications;
    this.say = say;
    button.hidden = !notifications.isSupported;
    button.addEventListener("click", () => this.#toggle());
    this.show();
  }

  show() {
    this.button.setAttribute("aria-checked", String(this.notifications.isOn));
  }

  async #toggle() {
    const state = await this.notifications.toggle();
    this.show();
    if (state === "blocked") this.say(message("notifyBlocked"));
    if (state === "on") this.say(message("notifyOn"));
  }
}
