// The JSON pages of the server. Every call names what it wants; a session that ended is one error.

export class SignedOut extends Error {}

export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} [sentence] why, for the person; "" where it says nothing
   * @param {string} [path] what it was about
   */
  constructor(status, sentence = "", path = "") {
    super(`The server answered ${status}.`);
    Object.assign(this, { status, sentence, path });
  }
}

export class Api {
  /** @param {string} csrfToken */
  constructor(csrfToken) {
    this.csrfToken = csrfToken;
  }

  /**
   * @param {string} [before] the cursor of the page before
   * @param {string} [folder] whose conversations are wanted
   */
  conversations(before, folder) {
    const asked = new URLSearchParams(Object.entries({ before, folder }).filter(([, it]) => it));
    return this.#call("GET", asked.size ? `/conversations/?${asked}` : "/conversations/");
  }

  /**
   * @param {string} query
   * @param {Record<string, string>} filters as `asked` in models/search-filters.js makes them
   * @param {string} [before] the cursor of the page before
   */
  search(query, filters, before) {
    const asked = new URLSearchParams({ q: query, ...filters, ...(before && { before }) });
    return this.#call("GET", `/search/?${asked}`);
  }

  /** @returns {Promise<{tags: {id: string, name: string}[]}>} those that the person has given */
  tags() {
    return this.#call("GET", "/tags/list/");
  }

  /** @param {object} draft what the next message is to be @returns {Promise<object>} what it takes */
  estimate(draft) {
    return this.#call("POST", "/estimate/", draft);
  }

  /**
   * The person's files whose names have `query`.
   * @param {string} query @param {string | null} folder whose files come first
   * @returns {Promise<{folder: object[], files: object[]}>}
   */
  files(query, folder) {
    const asked = new URLSearchParams({ q: query, ...(folder && { folder }) });
    return this.#call("GET", `/files/?${asked}`);
  }

  /** @returns {Promise<{folders: {id: string, name: string}[]}>} all of the person's */
  folders() {
    return this.#call("GET", "/folders/list/");
  }

  /** @returns {Promise<{prompts: object[]}>} all that may be used, the person's own first */
  prompts() {
    return this.#call("GET", "/prompts/list/");
  }

  /** @param {string} id of an answer @param {string} rating "good", "bad" or "" */
  rate(id, rating) {
    return this.#call("PUT", `/responses/${encodeURIComponent(id)}/rating/`, { rating });
  }

  /** @param {string} id @param {string[]} through responses: the branch passes the first there is */
  state(id, ...through) {
    const query = new URLSearchParams(through.map((response) => ["response", response]));
    return this.#call("GET", `/conversations/${encodeURIComponent(id)}/?${query}`);
  }

  /**
   * More of an open conversation.
   * @param {string} id
   * @param {"before" | "after" | "first"} which the turns beside a cursor, or the first one on the
   *   branch of a response, as a state
   * @param {string} response
   */
  turns(id, which, response) {
    const query = new URLSearchParams({ [which]: response });
    return this.#call("GET", `/conversations/${encodeURIComponent(id)}/turns/?${query}`);
  }

  /** Remembers which branch is shown. @param {string} id @param {string} response */
  select(id, response) {
    return this.#call("PATCH", `/conversations/${encodeURIComponent(id)}/`, { selected: response });
  }

  /** Has a tool be asked for again. @param {string} id @param {object} tool of a server */
  withdrawTool(id, tool) {
    return this.#call("PATCH", `/conversations/${encodeURIComponent(id)}/`, { withdrawn: tool });
  }

  /** @param {string} id @param {string} title */
  rename(id, title) {
    return this.#call("PATCH", `/conversations/${encodeURIComponent(id)}/`, { title });
  }

  /** Lists what scripts began, or no longer. @param {boolean} hidden */
  hideScripts(hidden) {
    return this.#call("PUT", "/settings/scripts/", { hidden });
  }

  /** Makes a temporary conversation like any other. @param {string} id */
  keep(id) {
    return this.#call("PATCH", `/conversations/${encodeURIComponent(id)}/`, { temporary: false });
  }

  /** @param {string} id */
  remove(id) {
    return this.#call("DELETE", `/conversations/${encodeURIComponent(id)}/`);
  }

  /**
   * One change to many conversations.
   * @param {string[]} ids
   * @param {{pinned?: boolean, archived?: boolean, deleted?: boolean, folder?: string | null,
   *   tag?: string, untag?: string}} change a tag is given by its name and taken away by its id
   * @returns {Promise<{conversations: object[]}>} how they stand now
   */
  organise(ids, change) {
    return this.#call("POST", "/organise/", { ids, ...change });
  }

  /** Begins a new conversation that is as this one up to a response. @param {string} id */
  fork(id, response) {
    return this.#call("POST", `/conversations/${encodeURIComponent(id)}/fork/`, { response });
  }

  /** Of answers side by side goes on with this one. @param {string} id @param {string} response */
  keepAnswer(id, response) {
    return this.#call("POST", `/conversations/${encodeURIComponent(id)}/keep/`, { response });
  }

  /** Two answers. @param {string} id @param {string} one @param {string} other */
  compare(id, one, other) {
    const asked = new URLSearchParams([one, other].map((response) => ["response", response]));
    return this.#call("GET", `/conversations/${encodeURIComponent(id)}/compare/?${asked}`);
  }

  /**
   * The map of the whole tree.
   * @param {string} id @param {string | null} response on the branch that is shown
   * @param {string[]} opened runs of which every response is wanted
   */
  tree(id, response, opened) {
    const asked = new URLSearchParams(opened.map((run) => ["open", run]));
    if (response) asked.append("response", response);
    return this.#call("GET", `/conversations/${encodeURIComponent(id)}/tree/?${asked}`);
  }

  /** @param {string} id @param {string} response @returns how much a branch has below it */
  branch(id, response) {
    return this.#call("GET", branchOf(id, response));
  }

  /** @param {string} id @param {string} response @param {{name?: string, pinned?: boolean}} change */
  mark(id, response, change) {
    return this.#call("PATCH", branchOf(id, response), change);
  }

  /** @param {string} id @param {string} response and all below it */
  removeBranch(id, response) {
    return this.#call("DELETE", branchOf(id, response));
  }

  /** @param {string} id the links to a conversation */
  shares(id) {
    return this.#call("GET", `/conversations/${encodeURIComponent(id)}/shares/`);
  }

  /** @param {string} id @param {object} wanted a link, see models/shares.js */
  share(id, wanted) {
    return this.#call("POST", `/conversations/${encodeURIComponent(id)}/shares/`, wanted);
  }

  /** @param {number} id of a link */
  revokeShare(id) {
    return this.#call("DELETE", `/shares/${id}/`);
  }

  /** @param {string[]} ids of files @returns {Promise<{files: string[]}>} those that there are */
  filesThere(ids) {
    return this.#call("GET", `/files/there/?${new URLSearchParams(ids.map((id) => ["id", id]))}`);
  }

  /** @param {string} id of a file */
  fileText(id) {
    return this.#call("GET", `/files/${encodeURIComponent(id)}/text/`);
  }

  /** @param {{off: boolean, keys: Record<string, string | null>}} chosen see models/shortcuts.js */
  keepShortcuts(chosen) {
    return this.#call("PUT", "/settings/shortcuts/", chosen);
  }

  async #call(method, path, body) {
    const response = await fetch(path, {
      method,
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "x-csrftoken": this.csrfToken,
      },
      body: body && JSON.stringify(body),
      redirect: "manual", // to the sign-in page
    });
    if (response.type === "opaqueredirect" || response.status === 401) throw new SignedOut();
    if (!response.ok) throw new ApiError(response.status, await sentenceOf(response), path);
    return response.status === 204 ? null : response.json();
  }
}

/** @param {Response} response one that refuses @returns {Promise<string>} */
async function sentenceOf(response) {
  try {
    const { error } = await response.json();
    return error?.message ?? "";
  } catch {
    return ""; // a page of the proxy's, or nothing: the status says what there is to say
  }
}

/** @param {ApiError} error @param {string | null} id whether it is about this conversation */
export const isAbout = ({ path }, id) =>
  Boolean(id && path?.startsWith(`/conversations/${encodeURIComponent(id)}/`));

const branchOf = (id, response) =>
  `/conversations/${encodeURIComponent(id)}/branches/${encodeURIComponent(response)}/`;
