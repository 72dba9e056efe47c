// Every message between the page and the worker, as types. Runs no code: client.js sends, worker.js answers.
//
// A request is { id, name, args }. It gets any number of `progress`, then exactly one `done` or `failed`.
// An unknown name fails with the code "UnknownRequest"; nothing is ever ignored. { cancel: id } takes a request
// back: one still waiting is dropped (the only case without a reply), the reply to any other is not wanted.

/**
 * Why an image has no answer: a word the page turns into a sentence.
 * @typedef {"blank"} Refusal
 */

/**
 * @typedef {object} Reading  what the network made of one image
 * @property {number | null} label  0 to 9; null when refused
 * @property {Float32Array} probs  10 values, sum 1; they stay when the image is refused
 * @property {Refusal | null} refused
 * @property {Float32Array} image  28 * 28 values in [0, 1], row-major, 1 = full ink: what the network saw
 */

/**
 * @typedef {object} ModelCard  what is known of the loaded weights
 * @property {string} name  "small"
 * @property {number[]} sizes  units per layer, input first
 * @property {string} activation  "relu", "sigmoid" or "tanh"
 * @property {number | null} testAccuracy  on the MNIST test set, 0 to 1; null when never measured
 */

/**
 * @typedef {object} About  the reply to `load`; what both sides need and Python knows
 * @property {string} python  version
 * @property {string} numpy  version
 * @property {number} imageSide  28
 * @property {ModelCard} model
 */

/**
 * @typedef {object} Calls  request -> what it takes, what it resolves to
 * @property {(args: { parts: Record<string, string>, model: string }) => About} load
 *   parts: file name -> base64 of the file, gzipped where the name ends in ".gz"; model: one of these names
 * @property {(args: { ink: Uint8Array, width: number, height: number }) => Reading} predict
 *   ink: width * height bytes, row-major, 0 = paper, 255 = ink; polarity is known
 * @property {(args: { rgba: Uint8ClampedArray, width: number, height: number }) => Reading} readPicture
 *   rgba: 4 * width * height bytes as canvas gives them; polarity is found out
 */

/**
 * @typedef {"unpacking" | "python" | "numpy" | "network"} Stage  of `load`, in this order
 * @typedef {"reading" | Stage} StartStage  the page reads the parts first, then sends `load`
 * @typedef {{ stage: Stage, fraction: number }} Progress  fraction of the stage, 0 to 1
 */

/**
 * @typedef {{ id: number, name: string, args: object }} Request
 * @typedef {{ cancel: number }} Cancel  the id of a request
 * @typedef {{ id: number, type: "progress", progress: Progress }
 *   | { id: number, type: "done", result: any }
 *   | { id: number, type: "failed", code: string, message: string }} Reply
 *   `result` is any: client.call gives it the type Calls promises for the request's name
 */

export {};
