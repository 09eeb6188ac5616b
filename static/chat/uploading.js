// Sends one file to the server, or the address of a page that it is to read, and says how far it
// is: fetch can't.

/** What the server says of a file that it does not take is a sentence for the person. */
class UploadError extends Error {
  /** @param {number} status 0: the server was not reached @param {string} [told] */
  constructor(status, told) {
    super(told ?? `The server answered ${status}.`);
    this.status = status;
    this.told = told;
  }
}

const PAGES = "/files/page/";

/** @param {string} csrfToken @param {string} [to] whose files they become @returns the `send` of `Uploads` */
export function uploader(csrfToken, to = "/files/") {
  return (file, name, progress) => {
    const request = new XMLHttpRequest();
    const done = new Promise((resolve, reject) => {
      request.upload.addEventListener("progress", ({ loaded, total }) => progress(loaded / total));
      request.addEventListener("load", () => settle(request, resolve, reject));
      for (const end of ["error", "abort", "timeout"])
        request.addEventListener(end, () => reject(new UploadError(0)));
    });
    const isPage = typeof file === "string";
    request.open("POST", isPage ? PAGES : to);
    request.responseType = "json";
    request.setRequestHeader("x-csrftoken", csrfToken);
    const type = isPage ? "application/json" : "application/octet-stream";
    request.setRequestHeader("content-type", type);
    if (!isPage) request.setRequestHeader("x-file-name", encodeURIComponent(name));
    request.send(isPage ? JSON.stringify({ url: file }) : file);
    return { done, abort: () => request.abort() };
  };
}

function settle({ status, response }, resolve, reject) {
  if (status !== 201) return reject(new UploadError(status, response?.error?.message));
  const { has_text: _, ...part } = response;
  resolve(part);
}
