// A file somebody chose, to pixels of a bounded size. Knows no page; says what is wrong by a code.

import { context2d } from "inkling/pad.js";
import { PICTURE_BYTES, PICTURE_PIXELS, PICTURE_SIDE } from "inkling/settings.js";

/**
 * @typedef {{ name: string, canvas: HTMLCanvasElement }} Picture
 *   canvas: upright as EXIF says, at most PICTURE_SIDE on its longer side; transparent where the file was
 * @typedef {"empty" | "foreign" | "heavy" | "huge" | "unreadable"} PictureFault
 */

/** A file that gives no picture. */
export class PictureError extends Error {
  /** @param {PictureFault} code */
  constructor(code) {
    super(`not a usable picture: ${code}`);
    this.name = "PictureError";
    this.code = code;
  }
}

/**
 * @param {File} file  anything at all
 * @returns {Promise<Picture>}
 * @throws {PictureError} if it is empty, not a picture, too large, or what the browser cannot decode
 */
export async function openPicture(file) {
  if (file.size === 0) throw new PictureError("empty");
  if (file.type !== "" && !file.type.startsWith("image/")) throw new PictureError("foreign");
  if (file.size > PICTURE_BYTES) throw new PictureError("heavy");
  const url = URL.createObjectURL(file);
  try {
    // An image element knows its size before a single pixel is decoded, so a bomb goes no further.
    const image = await loadImage(url);
    if (image.naturalWidth * image.naturalHeight > PICTURE_PIXELS) throw new PictureError("huge");
    // Decoding a blob happens off the main thread. Not for SVG: that only the element can draw.
    const source = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => image);
    const canvas = scaleDown(source);
    if (source instanceof ImageBitmap) source.close();
    return { name: file.name, canvas };
  } catch (error) {
    throw error instanceof PictureError ? error : new PictureError("unreadable");
  } finally {
    URL.revokeObjectURL(url);
  }
}

/**
 * @param {Picture} picture
 * @returns {{ rgba: Uint8ClampedArray, width: number, height: number }} rgba: 4 * width * height bytes, row-major
 */
export function readPixels({ canvas }) {
  const { data, width, height } = context2d(canvas).getImageData(0, 0, canvas.width, canvas.height);
  return { rgba: data, width, height };
}

/**
 * @param {string} url
 * @returns {Promise<HTMLImageElement>}
 */
function loadImage(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = () => reject(new PictureError("unreadable"));
    image.src = url;
  });
}

/**
 * The source on a canvas of at most PICTURE_SIDE. Halved until one step is left, because one long step skips pixels
 * in some engines and a thin line would fall apart.
 * @param {ImageBitmap | HTMLImageElement} source
 */
function scaleDown(source) {
  let [width, height] =
    source instanceof HTMLImageElement ? [source.naturalWidth, source.naturalHeight] : [source.width, source.height];
  // An SVG may have no size of its own.
  if (width === 0 || height === 0) width = height = PICTURE_SIDE;
  const fit = Math.min(1, PICTURE_SIDE / Math.max(width, height));
  const [lastWidth, lastHeight] = [width, height].map((side) => Math.max(1, Math.round(side * fit)));
  /** @type {CanvasImageSource} */
  let from = source;
  for (;;) {
    width = Math.max(lastWidth, Math.ceil(width / 2));
    height = Math.max(lastHeight, Math.ceil(height / 2));
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const context = context2d(canvas, { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.drawImage(from, 0, 0, width, height);
    if (width === lastWidth && height === lastHeight) return canvas;
    from = canvas;
  }
}
