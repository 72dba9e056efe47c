// Which numbers the page itself chooses. What Python knows as well comes with the reply to `load` instead.

/** Side of the pad, in CSS pixels and in pixels of the ink the network gets. */
export const PAD_SIDE = 280;

/** Width of the brush in pad units. */
export const BRUSH = { min: 4, max: 40, start: 20 };

/** How far back undo goes: in steps, and in pictures, which weigh up to 4 MB each. */
export const HISTORY_STEPS = 200;
export const HISTORY_PICTURES = 8;

/** A picture is scaled down to this many pixels on its longer side before it is read. */
export const PICTURE_SIDE = 1024;

/** Larger pictures are refused unopened: bytes of the file, and pixels it says it has (phones make up to 50 million). */
export const PICTURE_BYTES = 64 * 2 ** 20;
export const PICTURE_PIXELS = 64e6;

/** Who lifts the pen for this many milliseconds has done drawing, so a refusal is of use. */
export const PAUSE = 700;

/** An answer is read out once it has stood for this many milliseconds. */
export const SETTLED = 900;
