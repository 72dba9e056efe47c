// Requests to the worker as promises. Knows messages only: start.js makes the worker, worker.js answers.

/**
 * @typedef {import("inkling/worker/protocol.js").Calls} Calls
 * @typedef {import("inkling/worker/protocol.js").Progress} Progress
 * @typedef {import("inkling/worker/protocol.js").Reply} Reply
 * @typedef {import("inkling/worker/protocol.js").Request} Request
 * @typedef {import("inkling/worker/protocol.js").Cancel} Cancel
 */

/** A request that failed; `code` is the class of the Python exception, or a word of the worker's. */
export class CallError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = "CallError";
    this.code = code;
  }
}

export class Client {
  /** @type {MessagePort} */
  #port;
  /** @type {Map<number, { receive: (reply: Reply) => void, fail: (error: Error) => void }>} */
  #open = new Map();
  #lastId = 0;
  /** @type {Error | null} */
  #death = null;
  /**
   * Resolves (it never rejects) once the worker can answer no more; open and later calls reject with the same error.
   * @type {Promise<Error>}
   */
  died;

  /**
   * @param {MessagePort} port  the worker has the other end
   * @param {Promise<Error>} died
   */
  constructor(port, died) {
    this.#port = port;
    this.died = died;
    port.onmessage = ({ data }) => this.#open.get(data.id)?.receive(data);
    died.then((error) => {
      this.#death = error;
      for (const { fail } of this.#open.values()) fail(error);
    });
  }

  /**
   * Ask the worker for one thing. It works on one request at a time, in the order they were sent.
   *
   * Rejects with a CallError when the request fails, and with the signal's reason (an AbortError) as soon as it is
   * aborted: a request still waiting is then never worked on, the reply to one under way is dropped.
   * @template {keyof Calls} Name
   * @param {Name} name
   * @param {Parameters<Calls[Name]>[0]} args
   * @param {object} [options]
   * @param {AbortSignal} [options.signal]
   * @param {(progress: Progress) => void} [options.onProgress]
   * @param {Transferable[]} [options.transfer]  buffers of `args` to hand over rather than to copy
   * @returns {Promise<ReturnType<Calls[Name]>>}
   */
  async call(name, args, { signal, onProgress, transfer = [] } = {}) {
    signal?.throwIfAborted();
    if (this.#death) throw this.#death;
    const id = ++this.#lastId;
    const settled = new AbortController();
    try {
      return await new Promise((resolve, fail) => {
        /** @param {Reply} reply */
        const receive = (reply) => {
          if (reply.type === "progress") onProgress?.(reply.progress);
          else if (reply.type === "done") resolve(reply.result);
          else fail(new CallError(reply.code, reply.message));
        };
        this.#open.set(id, { receive, fail });
        const cancel = () => {
          this.#send({ cancel: id });
          fail(/** @type {AbortSignal} */ (signal).reason);
        };
        signal?.addEventListener("abort", cancel, { signal: settled.signal });
        this.#send({ id, name, args }, transfer);
      });
    } finally {
      settled.abort();
      this.#open.delete(id);
    }
  }

  /**
   * @param {Request | Cancel} message
   * @param {Transferable[]} [transfer]
   */
  #send(message, transfer = []) {
    this.#port.postMessage(message, transfer);
  }
}
