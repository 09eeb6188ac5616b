// Whether a conversation is temporary: chosen before its first message, then as the server says.

export class TemporaryChoice {
  constructor() {
    this.summary = null;
    this.chosen = false;
  }

  /** @param {{expires_at?: string | null} | null} summary null for the conversation not begun yet */
  open(summary) {
    this.summary = summary;
    this.chosen = false;
  }

  /** @param {object} summary what the server says of the open conversation now */
  changed(summary) {
    this.summary = summary;
  }

  toggle() {
    this.chosen = this.canChoose && !this.chosen;
  }

  /** @returns {boolean} whether nothing has been sent yet */
  get canChoose() {
    return this.summary === null;
  }

  get isOn() {
    return this.summary ? Boolean(this.summary.expires_at) : this.chosen;
  }

  /** @returns {Date | null} when it is deleted, unless something is said in it before */
  get until() {
    return this.summary?.expires_at ? new Date(this.summary.expires_at) : null;
  }

  /** @returns {{temporary?: true}} what the first message says of it */
  options() {
    return this.canChoose && this.chosen ? { temporary: true } : {};
  }
}
