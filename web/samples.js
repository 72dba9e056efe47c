// Which digits are ready-made: one of each, as strokes in pad units. Drawn by hand, not taken from a data set.

import { BRUSH } from "inkling/settings.js";

/** @typedef {import("inkling/drawing.js").Point} Point */

/**
 * Where the pen passes, stroke by stroke, the digit being the index.
 * @type {readonly (readonly (readonly Point[])[])[]}
 */
const KNOTS = [
  [[[150, 52], [112, 66], [92, 110], [90, 160], [108, 208], [142, 228], [176, 208], [192, 160], [188, 104], [172, 66], [146, 52]]],
  [[[122, 84], [146, 52], [146, 140], [144, 228]]],
  [[[92, 94], [102, 66], [134, 50], [168, 60], [180, 92], [164, 130], [126, 176], [90, 222]], [[90, 222], [140, 220], [194, 222]]],
  [[[96, 76], [116, 56], [148, 50], [178, 68], [178, 100], [156, 124], [126, 132]], [[126, 132], [164, 138], [188, 162], [186, 198], [156, 224], [120, 226], [90, 206]]],
  [[[126, 52], [114, 96], [94, 148]], [[94, 148], [150, 150], [202, 146]], [[172, 96], [168, 160], [162, 230]]],
  [[[112, 58], [106, 92], [102, 128]], [[102, 128], [130, 112], [166, 120], [184, 154], [176, 198], [144, 226], [108, 222], [88, 202]], [[112, 58], [150, 56], [188, 54]]],
  [[[166, 50], [130, 82], [104, 130], [96, 178], [112, 218], [144, 230], [174, 212], [182, 180], [164, 150], [132, 148], [104, 172]]],
  [[[88, 60], [136, 60], [190, 56]], [[190, 56], [166, 108], [142, 166], [126, 230]]],
  [[[172, 76], [146, 52], [114, 64], [108, 98], [138, 130], [172, 160], [180, 200], [148, 228], [112, 214], [106, 180], [134, 142], [168, 106], [172, 76]]],
  [[[178, 82], [150, 54], [116, 66], [102, 104], [120, 138], [154, 136], [176, 104], [180, 78]], [[180, 78], [176, 130], [166, 182], [152, 230]]],
];

/** The ready-made digit, drawn with the brush the page begins with. @param {number} digit */
export const sampleStrokes = (digit) => KNOTS[digit].map((knots) => ({ width: BRUSH.start, points: curve(knots) }));

export const SAMPLES = KNOTS.map((_, digit) => digit);

/**
 * A smooth line through the knots (Catmull and Rom 1974), each end tangent pointing at its neighbour.
 * @param {readonly Point[]} knots  two or more
 * @param {number} [steps]  lines per pair of knots
 * @returns {Point[]}
 */
function curve(knots, steps = 8) {
  const line = [knots[0]];
  for (let i = 0; i + 1 < knots.length; i++) {
    const [a, b, c, d] = [knots[i - 1] ?? knots[i], knots[i], knots[i + 1], knots[i + 2] ?? knots[i + 1]];
    for (let step = 1; step <= steps; step++) {
      const t = step / steps;
      /** @param {0 | 1} axis */
      const at = (axis) =>
        ((2 * b[axis]) +
          (c[axis] - a[axis]) * t +
          (2 * a[axis] - 5 * b[axis] + 4 * c[axis] - d[axis]) * t ** 2 +
          (3 * b[axis] - a[axis] - 3 * c[axis] + d[axis]) * t ** 3) / 2;
      line.push([at(0), at(1)]);
    }
  }
  return line;
}
