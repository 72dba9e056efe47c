// What the network saw: its 28 x 28 picture, pixel for pixel, and which of its ink fits no digit.

import { context2d } from "inkling/pad.js";
import { find } from "inkling/views/find.js";

export function createSaw() {
  const canvas = find("#saw", HTMLCanvasElement);
  const misfit = find("#misfit", HTMLCanvasElement);

  return {
    /**
     * @param {ArrayLike<number>} image  width * height values in [0, 1], 1 = full ink
     * @param {ArrayLike<number> | null} [doubt]  for each of them, above 0 the more it speaks against a digit
     */
    show(image, doubt = null) {
      const most = doubt ? Math.max(...Array.from(doubt)) : 0;
      const marked = Array.from(image, (ink, at) => (doubt && most > 0 ? ink * share(doubt[at] / most) : 0));
      // Black of varying opacity: style.css turns it light where the page is dark.
      paint(canvas, Array.from(image, (ink, at) => ink - marked[at]), [0, 0, 0]);
      paint(misfit, marked, colourOf(misfit));
    },
    clear() {
      paint(canvas, [], [0, 0, 0]);
      paint(misfit, [], [0, 0, 0]);
    },
  };
}

/**
 * How strongly ink is marked. What speaks against a digit only weakly shall still be told from what does not.
 * @param {number} doubt  as a part of the most there is
 */
const share = (doubt) => Math.sqrt(Math.max(0, doubt));

/**
 * One colour of varying opacity.
 * @param {HTMLCanvasElement} canvas
 * @param {readonly number[]} opacities  width * height, 0 to 1; none to paint nothing
 * @param {readonly number[]} colour  red, green and blue, 0 to 255
 */
function paint(canvas, opacities, colour) {
  const { width, height } = canvas;
  if (opacities.length !== width * height && opacities.length !== 0) {
    throw new Error(`image must have ${width * height} values, got ${opacities.length}`);
  }
  const context = context2d(canvas);
  const pixels = context.createImageData(width, height);
  opacities.forEach((opacity, at) => pixels.data.set([...colour, Math.round(255 * opacity)], 4 * at));
  context.putImageData(pixels, 0, 0);
}

/** @param {Element} element  coloured by style.css; red, green and blue come back */
const colourOf = (element) => (getComputedStyle(element).color.match(/\d+/g) ?? []).slice(0, 3).map(Number);
