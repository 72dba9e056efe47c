// Which ready-made digits can be picked, so that the page works without a pointer too.

import { SAMPLES, sampleStrokes } from "inkling/samples.js";
import { PAD_SIDE } from "inkling/settings.js";
import { text } from "inkling/text/text.js";
import { find } from "inkling/views/find.js";

const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {object} options
 * @param {(strokes: import("inkling/drawing.js").Stroke[]) => void} options.onPick
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createSamples({ onPick, signal }) {
  const list = find("#samples", HTMLUListElement);
  for (const digit of SAMPLES) {
    const button = document.createElement("button");
    button.type = "button";
    button.ariaLabel = text.sample(digit);
    button.append(drawn(sampleStrokes(digit)));
    button.addEventListener("click", () => onPick(sampleStrokes(digit)), { signal });
    list.appendChild(document.createElement("li")).append(button);
  }
}

/** @param {import("inkling/drawing.js").Stroke[]} strokes */
function drawn(strokes) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${PAD_SIDE} ${PAD_SIDE}`);
  svg.ariaHidden = "true";
  for (const { points, width } of strokes) {
    const line = svg.appendChild(document.createElementNS(SVG, "polyline"));
    line.setAttribute("points", points.join(" "));
    line.setAttribute("stroke-width", String(width));
  }
  return svg;
}
