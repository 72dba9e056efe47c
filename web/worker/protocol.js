// Every message between the page and the worker, as types. Runs no code: client.js sends, worker.js answers.
//
// A request is { id, name, args }. It gets any number of `progress`, then exactly one `done` or `failed`.
// An unknown name fails with the code "UnknownRequest"; nothing is ever ignored. { cancel: id } takes a request
// back: one still waiting is dropped (the only case without a reply), the reply to any other is not wanted.

/**
 * Why an image has no answer: a word the page turns into a sentence.
 * - blank: nothing is there
 * - faint: too little ink to tell, such as a dot or a tick
 * - several: more than one digit; `boxes` holds each, and `readParts` reads each
 * - unlike: it looks like no digit; `doubt` tells which ink does not fit
 * - unsure: two digits are about equally likely, the two largest of `probs`
 * @typedef {"blank" | "faint" | "several" | "unlike" | "unsure"} Refusal
 */

/**
 * Left, top, right and bottom of a shape, in whole pixels of the ink or picture that was sent; right and bottom are not
 * included.
 * @typedef {[left: number, top: number, right: number, bottom: number]} Box
 */

/**
 * @typedef {object} Reading  what the network made of one image
 * @property {number | null} label  0 to 9; null when refused
 * @property {Float32Array} probs  10 values, sum 1; they stay when the image is refused
 * @property {Refusal | null} refused
 * @property {Box[]} boxes  the shapes found, left to right: one for a digit (a 4 or 5 of two strokes too), none for
 *   `blank`; in a reading of `readParts` the one it is of
 * @property {Float32Array | null} doubt  when `unlike`, a value for each of `image`: above 0 the more the ink there
 *   speaks against a digit, below 0 the more it speaks for one, 0 where there is no ink; null otherwise
 * @property {Float32Array} image  28 * 28 values in [0, 1], row-major, 1 = full ink: what the network saw
 */

/**
 * @typedef {object} ModelCard  what is known of a network's weights
 * @property {string} name  "small" or "large": what `use` takes
 * @property {number[]} sizes  units per layer, input first
 * @property {string} activation  "relu", "sigmoid" or "tanh"
 * @property {number | null} testAccuracy  on the MNIST test set, 0 to 1; null when never measured
 * @property {number | null} penAccuracy  on pen strokes of writers it never learnt from, 0 to 1; null likewise
 */

/**
 * @typedef {object} About  the reply to `load` and `use`; what both sides need and Python knows
 * @property {string} python  version
 * @property {string} numpy  version
 * @property {number} imageSide  28
 * @property {ModelCard} model  the network in use
 * @property {ModelCard[]} models  all there are to use, the smallest first
 */

/**
 * @typedef {object} Calls  request -> what it takes, what it resolves to
 * @property {(args: { parts: Record<string, string>, model: string }) => About} load
 *   parts: file name -> base64 of the file, gzipped where the name ends in ".gz"; model: the one of them to
 *   use first, "small.npz"; all others that end in ".npz" are loaded too, "gate.npz" serves all of them
 * @property {(args: { model: string }) => About} use
 *   model: the name of one of `about.models`, which reads from now on
 * @property {(args: { ink: Uint8Array, width: number, height: number }) => Reading} predict
 *   ink: width * height bytes, row-major, 0 = paper, 255 = ink; polarity is known
 * @property {(args: { ink: Uint8Array, width: number, height: number }) => Reading[]} readParts
 *   the same ink; every shape read alone, left to right, as if the others were not there: the answers to `several`
 * @property {(args: { rgba: Uint8ClampedArray, width: number, height: number }) => Reading} readPicture
 *   rgba: 4 * width * height bytes as canvas gives them; polarity is found out
 * @property {(args: { rgba: Uint8ClampedArray, width: number, height: number }) => Reading[]} readPictureParts
 *   the same picture; as `readParts`
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
