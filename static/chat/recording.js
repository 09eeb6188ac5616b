// Two ears. One records, and has the server write it down; the other is the browser's own, which
// some browsers have a service of their maker's do.
import { NotHeard } from "./models/dictation.js";

const REASONS = {
  NotAllowedError: "dictationNotAllowed",
  SecurityError: "dictationNotAllowed",
  NotFoundError: "dictationNoMicrophone",
  NotReadableError: "dictationNoMicrophone",
  "not-allowed": "dictationNotAllowed",
  "service-not-allowed": "dictationNotAllowed",
  "audio-capture": "dictationNoMicrophone",
  "no-speech": "dictationNothing",
};
const BITS_PER_SECOND = 32_000; // speech needs no more: an hour is 15 MB

/**
 * The ear that there is here.
 * @param {boolean} transcribes whether the server can have it written down
 * @param {string} csrfToken
 * @returns {((ended: () => void) => import("./models/dictation.js").Ear) | null}
 */
export function earOf(transcribes, csrfToken) {
  if (transcribes && navigator.mediaDevices?.getUserMedia && globalThis.MediaRecorder)
    return (ended) => new Recording(csrfToken, ended);
  const Recognition = globalThis.SpeechRecognition ?? globalThis.webkitSpeechRecognition;
  return Recognition ? (ended) => new Recognised(new Recognition(), ended) : null;
}

class Recording {
  constructor(csrfToken, ended) {
    this.csrfToken = csrfToken;
    this.ended = ended;
    this.chunks = [];
    this.isCancelled = false;
    this.aborting = new AbortController();
  }

  async start() {
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      throw new NotHeard(REASONS[error.name] ?? "dictationNoMicrophone");
    }
    if (this.isCancelled) return this.#release();
    this.recorder = new MediaRecorder(this.stream, { audioBitsPerSecond: BITS_PER_SECOND });
    this.recorder.addEventListener("dataavailable", ({ data }) => this.chunks.push(data));
    this.stopped = new Promise((resolve) => this.recorder.addEventListener("stop", resolve));
    this.stopped.then(this.ended); // also when the microphone is pulled out
    this.context = new AudioContext();
    this.analyser = new AnalyserNode(this.context, { fftSize: 512 });
    this.context.createMediaStreamSource(this.stream).connect(this.analyser);
    this.samples = new Float32Array(this.analyser.fftSize);
    this.recorder.start();
  }

  async done() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
    await this.stopped;
    this.#release();
    const sound = new Blob(this.chunks, { type: this.recorder.mimeType });
    if (!sound.size) return "";
    return this.#written(sound);
  }

  cancel() {
    this.isCancelled = true;
    this.aborting.abort();
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
    this.#release();
  }

  level() {
    this.analyser.getFloatTimeDomainData(this.samples);
    const power = this.samples.reduce((sum, sample) => sum + sample * sample, 0);
    return Math.min(1, 3 * Math.sqrt(power / this.samples.length));
  }

  #release() {
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    if (this.context && this.context.state !== "closed") this.context.close();
  }

  async #written(sound) {
    let response;
    try {
      response = await fetch("/transcriptions/", {
        method: "POST",
        headers: { "content-type": sound.type, "x-csrftoken": this.csrfToken },
        body: sound,
        redirect: "manual", // to the sign-in page
        signal: this.aborting.signal,
      });
    } catch {
      throw new NotHeard("notDone");
    }
    const answer = await response.json().catch(() => null);
    if (!response.ok) throw new NotHeard("dictationFailed", answer?.error?.message);
    return answer.text;
  }
}

class Recognised {
  constructor(recognition, ended) {
    this.recognition = recognition;
    this.reason = null;
    this.words = [];
    recognition.lang = document.documentElement.lang;
    recognition.continuous = true;
    recognition.addEventListener("result", ({ results }) => {
      this.words = [...results].map(([best]) => best.transcript.trim());
    });
    recognition.addEventListener("error", ({ error }) => {
      this.reason = REASONS[error] ?? "dictationFailed";
    });
    this.over = new Promise((resolve) => recognition.addEventListener("end", resolve));
    this.over.then(ended);
  }

  async start() {
    const started = new Promise((resolve) => this.recognition.addEventListener("start", resolve));
    this.recognition.start();
    await Promise.race([started, this.over]);
    if (this.reason) throw new NotHeard(this.reason);
  }

  async done() {
    this.recognition.stop();
    await this.over;
    if (!this.words.length && this.reason) throw new NotHeard(this.reason);
    return this.words.join(" ");
  }

  cancel() {
    this.recognition.abort();
  }

  level() {
    return 0; // it does not tell
  }
}
