// What the network saw: its 28 x 28 picture, pixel for pixel.

import { context2d } from "inkling/pad.js";
import { find } from "inkling/views/find.js";

export function createSaw() {
  const canvas = find("#saw", HTMLCanvasElement);
  const context = context2d(canvas);

  return {
    /** @param {ArrayLike<number>} image  width * height values in [0, 1], 1 = full ink */
    show(image) {
      const pixels = context.createImageData(canvas.width, canvas.height);
      if (image.length !== canvas.width * canvas.height) {
        throw new Error(`image must have ${canvas.width * canvas.height} values, got ${image.length}`);
      }
      // Black of varying opacity: style.css turns it light where the page is dark.
      for (let i = 0; i < image.length; i++) pixels.data[4 * i + 3] = Math.round(255 * image[i]);
      context.putImageData(pixels, 0, 0);
    },
    clear() {
      context.clearRect(0, 0, canvas.width, canvas.height);
    },
  };
}
