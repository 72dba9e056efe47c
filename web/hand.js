// Whether somebody is still drawing: the pen is down, or was a moment ago. Knows no pointer and no page.

import { PAUSE } from "inkling/settings.js";

export class Hand {
  #isDrawing = false;
  #timer = 0;
  #onRest;

  /** @param {() => void} onRest  the pen was lifted and has not come down again for PAUSE milliseconds */
  constructor(onRest) {
    this.#onRest = onRest;
  }

  get isDrawing() {
    return this.#isDrawing;
  }

  down() {
    clearTimeout(this.#timer);
    this.#isDrawing = true;
  }

  up() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.rest();
      this.#onRest();
    }, PAUSE);
  }

  /** What it drew is not there any more, or came from elsewhere: there is nothing to go on with. */
  rest() {
    clearTimeout(this.#timer);
    this.#isDrawing = false;
  }
}
