// Which shapes were found, outlined over the pad and, once they are read, labelled. No part of the ink.

import { PAD_SIDE } from "inkling/settings.js";
import { find } from "inkling/views/find.js";

const SVG = "http://www.w3.org/2000/svg";

/** In pixels of the screen where the pad is as large as it gets. */
const MARGIN = 4;
const LETTER = 20;

/** @typedef {import("inkling/worker/protocol.js").Box} Box */

export function createBoxes() {
  const svg = find("#boxes", SVGSVGElement);

  return {
    /**
     * @param {readonly Box[]} boxes
     * @param {{ width: number, height: number }} size  of what they were found in, shown as large as the pad allows
     * @param {readonly string[]} [labels]  one for each box
     */
    show(boxes, { width, height }, labels = []) {
      const side = Math.max(width, height);
      const pixel = side / PAD_SIDE;
      const ceiling = (height - side) / 2;
      svg.setAttribute("viewBox", `${(width - side) / 2} ${ceiling} ${side} ${side}`);
      svg.setAttribute("font-size", String(LETTER * pixel));
      svg.replaceChildren(
        ...boxes.flatMap((box) => [framed(box, MARGIN * pixel, "halo"), framed(box, MARGIN * pixel)]),
        ...labels.map((label, index) => labelled(label, boxes[index], 1.5 * LETTER * pixel, ceiling)),
      );
    },
    clear() {
      svg.replaceChildren();
    },
  };
}

/**
 * @param {Box} box
 * @param {number} margin
 * @param {string} [kind]
 */
function framed([left, top, right, bottom], margin, kind = "frame") {
  return element("rect", {
    class: kind,
    x: left - margin,
    y: top - margin,
    width: right - left + 2 * margin,
    height: bottom - top + 2 * margin,
    rx: margin,
  });
}

/**
 * A label above the box, or in its corner where the pad ends.
 * @param {string} label
 * @param {Box} box
 * @param {number} line  height of one
 * @param {number} ceiling  where the pad begins
 */
function labelled(label, [left, top], line, ceiling) {
  const fits = top - ceiling >= line;
  const text = element("text", { x: left, y: fits ? top - 0.4 * line : top + 0.6 * line });
  text.textContent = label;
  return text;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
