// Pointers to strokes, and a drawing to pixels: on the screen and as ink for the network. Keeps no history.

import { EMPTY } from "inkling/drawing.js";
import { PAD_SIDE } from "inkling/settings.js";

/** @typedef {import("inkling/drawing.js").Drawing} Drawing */
/** @typedef {import("inkling/drawing.js").Stroke} Stroke */
/** @typedef {import("inkling/drawing.js").Point} Point */

/**
 * A pad on a canvas. The drawing on it is the caller's: strokes are handed out, and what `show` gets is shown.
 * @param {HTMLCanvasElement} canvas  shown square; its CSS `color` is the ink
 * @param {object} options
 * @param {() => number} options.brushWidth  for the next stroke, in pad units
 * @param {(stroke: Stroke) => void} options.onStroke  the pen is down; `stroke` grows until it is lifted
 * @param {() => void} options.onGrow  the stroke has new points
 * @param {() => void} options.onLift  the pen is up again
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createPad(canvas, { brushWidth, onStroke, onGrow, onLift, signal }) {
  /** @type {Drawing} */
  let shown = EMPTY;
  let frame = 0;

  const repaint = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      paint(canvas, shown);
    });
  };
  followPen(canvas, { brushWidth, onStroke, onGrow, onLift, signal });
  watchPixels(canvas, repaint, signal);

  return {
    /** @param {Drawing} drawing  may hold a stroke that still grows; show it again when it has */
    show(drawing) {
      shown = drawing;
      repaint();
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Parameters<typeof createPad>[1]} options
 */
function followPen(canvas, { brushWidth, onStroke, onGrow, onLift, signal }) {
  /** @type {{ stroke: Stroke, pointer: number } | null} */
  let down = null;

  /** @param {PointerEvent} event @returns {Point} */
  const place = ({ clientX, clientY }) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    return [((clientX - left) * PAD_SIDE) / width, ((clientY - top) * PAD_SIDE) / height];
  };

  /** @param {PointerEvent[]} events */
  const grow = (events) => {
    if (!down) return;
    const { points } = down.stroke;
    const before = points.length;
    for (const point of events.map(place)) {
      const [x, y] = points[points.length - 1];
      if (point[0] !== x || point[1] !== y) points.push(point);
    }
    if (points.length > before) onGrow();
  };

  canvas.addEventListener(
    "pointerdown",
    (event) => {
      if (down || !event.isPrimary || event.button !== 0) return;
      event.preventDefault();
      capture(canvas, event.pointerId);
      down = { pointer: event.pointerId, stroke: { width: brushWidth(), points: [place(event)] } };
      onStroke(down.stroke);
    },
    { signal },
  );
  canvas.addEventListener(
    "pointermove",
    (event) => {
      if (down?.pointer !== event.pointerId) return;
      const between = event.getCoalescedEvents?.() ?? [];
      grow(between.length > 0 ? between : [event]);
    },
    { signal },
  );
  for (const end of /** @type {const} */ (["pointerup", "pointercancel", "lostpointercapture"])) {
    canvas.addEventListener(
      end,
      (event) => {
        if (down?.pointer !== event.pointerId) return;
        if (end === "pointerup") grow([event]);
        down = null;
        onLift();
      },
      { signal },
    );
  }
}

/**
 * Captured, a stroke that leaves the pad goes on outside and is there when it comes back.
 * @param {HTMLCanvasElement} canvas
 * @param {number} pointer
 */
function capture(canvas, pointer) {
  try {
    canvas.setPointerCapture(pointer);
  } catch {
    // The pointer has gone since. What it drew stays.
  }
}

/**
 * Call back when the canvas has to be painted again though the drawing is the same: its size, the screen's
 * resolution or the colour scheme changed.
 * @param {HTMLCanvasElement} canvas
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
function watchPixels(canvas, changed, signal) {
  const resize = new ResizeObserver(changed);
  resize.observe(canvas);
  signal.addEventListener("abort", () => resize.disconnect());

  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed, { signal });
  const watchResolution = () => {
    // Such a query tells of leaving this resolution only, so each one lasts for one change.
    matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener(
      "change",
      () => {
        changed();
        watchResolution();
      },
      { signal, once: true },
    );
  };
  watchResolution();
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Drawing} drawing
 */
function paint(canvas, { strokes, picture }) {
  const side = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
  if (canvas.width !== side || canvas.height !== side) canvas.width = canvas.height = side;
  const context = context2d(canvas);
  const scale = side / PAD_SIDE;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, PAD_SIDE, PAD_SIDE);
  context.fillStyle = context.strokeStyle = getComputedStyle(canvas).color;
  if (picture) paintPicture(context, picture.canvas);
  paintStrokes(context, strokes);
}

/**
 * The whole picture, as large as the pad allows.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} picture
 */
function paintPicture(context, picture) {
  const fit = PAD_SIDE / Math.max(picture.width, picture.height);
  const [width, height] = [picture.width * fit, picture.height * fit];
  const [x, y] = [(PAD_SIDE - width) / 2, (PAD_SIDE - height) / 2];
  // Transparent pictures were made to stand on white; in the dark their ink would be dark on dark.
  context.fillStyle = "white";
  context.fillRect(x, y, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, x, y, width, height);
}

/**
 * Strokes as polylines with round caps and joins: exactly the points that were drawn, so a corner stays a corner.
 * @param {CanvasRenderingContext2D} context  scaled to pad units; its fill and stroke styles are the ink
 * @param {readonly Stroke[]} strokes
 */
function paintStrokes(context, strokes) {
  context.lineCap = context.lineJoin = "round";
  for (const { width, points } of strokes) {
    const [start, ...rest] = points;
    context.beginPath();
    if (rest.length === 0) {
      // A tap. Engines disagree on whether a line of no length has caps.
      context.arc(...start, width / 2, 0, 2 * Math.PI);
      context.fill();
      continue;
    }
    context.lineWidth = width;
    context.moveTo(...start);
    for (const point of rest) context.lineTo(...point);
    context.stroke();
  }
}

/**
 * The strokes as the network gets them, whatever the screen's resolution and colours.
 * @param {readonly Stroke[]} strokes
 * @returns {{ ink: Uint8Array, width: number, height: number }} ink: row-major, 0 = paper, 255 = ink
 */
export function readInk(strokes) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PAD_SIDE;
  const context = context2d(canvas, { willReadFrequently: true });
  paintStrokes(context, strokes);
  const { data } = context.getImageData(0, 0, PAD_SIDE, PAD_SIDE);
  const ink = new Uint8Array(PAD_SIDE * PAD_SIDE);
  for (let i = 0; i < ink.length; i++) ink[i] = data[4 * i + 3];
  return { ink, width: PAD_SIDE, height: PAD_SIDE };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {CanvasRenderingContext2DSettings} [settings]
 */
export function context2d(canvas, settings) {
  const context = canvas.getContext("2d", settings);
  if (!context) throw new Error("this browser gave no 2D drawing context");
  return context;
}
