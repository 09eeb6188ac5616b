// What the modules need of the browser, in one place, so that tests can give them something else.

/** @returns {Storage | null} null where it is forbidden: what is kept then lasts as long as the page */
export function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** @returns {string} of the socket, at the page's own origin */
export function socketAddress() {
  const url = new URL("/ws", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

/** What the socket measures and waits with. */
export const world = {
  WebSocket,
  setTimeout: (run, wait) => setTimeout(run, wait),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
  random: () => Math.random(),
};

const ASLEEP = 60_000;

/**
 * @param {(slept: boolean) => void} run the page is looked at again, or the network is back; `slept`
 *   after so long that a connection may be dead unnoticed
 */
export function onWake(run) {
  let hiddenAt = Infinity;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hiddenAt = performance.now();
    else run(performance.now() - hiddenAt > ASLEEP);
  });
  addEventListener("pageshow", (event) => event.persisted && run(true));
  addEventListener("online", () => run(true));
}

/** @returns {boolean} whether the page can be seen */
export const isVisible = () => document.visibilityState === "visible";

/** @returns {string} where the person is, as IANA names it; "" where the browser does not say */
export const timeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

/** @param {() => void} run the page can be seen again */
export function onReturn(run) {
  document.addEventListener("visibilitychange", () => isVisible() && run());
}

/**
 * @param {string} prefix of keys in the storage
 * @param {(name: string, text: string | null, before: string | null) => void} run another page has
 *   changed what is kept under that name, or removed it
 */
export function onChangedElsewhere(prefix, run) {
  addEventListener("storage", ({ key, newValue, oldValue }) => {
    if (key?.startsWith(prefix)) run(key.slice(prefix.length), newValue, oldValue);
  });
}

/**
 * What a person's pages in this browser tell each other.
 * @param {string} name of what it is about
 * @param {(said: any) => void} run another page has said something
 * @returns {(said: any) => void} tells the others
 */
export function channel(name, run) {
  const between = new BroadcastChannel(name);
  between.addEventListener("message", ({ data }) => run(data));
  return (said) => between.postMessage(said);
}

/** @returns {string} a name of this tab, the same after a reload */
export function tabName() {
  try {
    const name = sessionStorage.getItem("tab") ?? String(Math.random()).slice(2);
    sessionStorage.setItem("tab", name);
    return name;
  } catch {
    return "";
  }
}
