// What is on the pad, and what was there before. Knows no pixels and no page.

import { HISTORY_PICTURES, HISTORY_STEPS } from "inkling/settings.js";

/**
 * @typedef {readonly [x: number, y: number]} Point  in pad units, 0 to PAD_SIDE; may lie outside the pad
 * @typedef {{ width: number, points: Point[] }} Stroke  one point or more; grows while the pen is down
 * @typedef {{ strokes: readonly Stroke[], picture: import("inkling/picture.js").Picture | null }} Drawing
 *   strokes or a picture, never both
 */

/** @type {Drawing} */
export const EMPTY = { strokes: [], picture: null };

/** @param {Drawing} drawing */
export const isEmpty = (drawing) => drawing.strokes.length === 0 && drawing.picture === null;

/**
 * The drawing with one stroke more. A picture is not drawn upon: the stroke begins a fresh drawing.
 * @param {Drawing} drawing
 * @param {Stroke} stroke
 * @returns {Drawing}
 */
export const withStroke = (drawing, stroke) => ({ strokes: [...drawing.strokes, stroke], picture: null });

/** The drawing on the pad and those it replaced, oldest forgotten first. */
export class History {
  /** @type {Drawing[]} */
  #past = [];
  /** @type {Drawing} */
  #current = EMPTY;

  get current() {
    return this.#current;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  /** @param {Drawing} drawing */
  replace(drawing) {
    this.#past.push(this.#current);
    this.#current = drawing;
    const pictures = () => this.#past.filter(({ picture }) => picture).length;
    while (this.#past.length > HISTORY_STEPS || pictures() > HISTORY_PICTURES) this.#past.shift();
  }

  /** @returns {boolean} whether there was something to go back to */
  undo() {
    const before = this.#past.pop();
    if (before) this.#current = before;
    return before !== undefined;
  }
}
