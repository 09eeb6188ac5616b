// A browser for tests: websockets that a test opens, speaks through and closes, and a clock and
// timers that stand still until it moves them.

export class World {
  constructor() {
    const world = this;
    this.sockets = [];
    this.timers = [];
    this.clock = 0;
    this.WebSocket = class {
      constructor(url) {
        Object.assign(this, { url, readyState: 0, sent: [] });
        world.sockets.push(this);
      }
      open() {
        this.readyState = 1;
        this.onopen();
      }
      send(text) {
        this.sent.push(JSON.parse(text));
      }
      say(...frames) {
        this.onmessage?.({ data: frames.map((frame) => JSON.stringify(frame)).join("\n") });
      }
      close(code = 1000) {
        this.readyState = 3;
        this.onclose?.({ code });
      }
    };
    this.setTimeout = (run, wait) => this.timers.push({ run, wait });
    this.clearTimeout = (timer) => timer && (this.timers[timer - 1].run = () => {});
    this.now = () => this.clock;
    this.random = () => 0.5;
  }

  /** The connection there is, or the last there was. */
  get socket() {
    return this.sockets.at(-1);
  }

  /** @returns {object[]} the frames sent on it */
  get sent() {
    return this.socket.sent;
  }

  /** Lets the timer that was set last go off. */
  wait() {
    this.timers.at(-1).run();
  }

  /** Loses the connection, and makes another. */
  reconnect() {
    this.socket.close(1006);
    this.wait();
    this.socket.open();
    return this.socket;
  }
}
