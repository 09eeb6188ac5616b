// Sends one file to the server, and says how far it is: fetch can't.

/** What the server says of a file that it does not take is a sentence for the person. */
class UploadError extends Error {
  /** @param {number} status 0: the server was not reached @param {string} [told] */
  constructor(status, told) {
    super(told ?? `The server answered ${status}.`);
    this.status = status;
    this.told = told;
  }
}

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
    request.open("POST", to);
    request.responseType = "json";
    request.setRequestHeader("content-type", "application/octet-stream");
    request.setRequestHeader("x-csrftoken", csrfToken);
    request.setRequestHeader("x-file-name", encodeURIComponent(name));
    request.send(file);
    return { done, abort: () => request.abort() };
  };
}

function settle({ status, response }, resolve, reject) {
  if (status !== 201) return reject(new UploadError(status, response?.error?.message));
  const { has_text: _, ...part } = response;
  resolve(part);
}
