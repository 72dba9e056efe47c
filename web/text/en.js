// Which words the page uses, in English: every sentence of it. Another language is a file of the same shape.

/** @typedef {typeof en} Text */

/** @param {number} digit */
const article = (digit) => (digit === 8 ? "an" : "a");
const percent = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const accuracy = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 2 });

export const en = {
  language: "en",

  title: "Inkling",
  tagline: "A neural network written from scratch in NumPy reads what you draw, here in this page.",
  privacy: "Your drawing never leaves it.",

  draw: "Draw a digit",
  pad: "Drawing area",
  ghost: "Draw here",
  undo: "Undo",
  clear: "Clear",
  brush: "Brush",
  upload: "Picture…",
  uploadHint: "Or drop or paste a picture.",

  samples: "Or pick one",
  /** @param {number} digit */
  sample: (digit) => `Ready-made ${digit}`,

  answer: "What it reads",
  bars: "Probability of each digit",
  invite: "Draw a digit, large or small.",
  nothingFound: "No digit to be read in it.",
  /** @param {number} digit */
  looksLike: (digit) => `It looks like ${article(digit)} ${digit}`,
  /** @param {number} probability */
  percent: (probability) => percent.format(probability),
  /** @param {number} probability  of the answer */
  confidence(probability) {
    const [words] = /** @type {[string, number][]} */ ([
      ["almost certain", 0.99],
      ["confident", 0.9],
      ["fairly sure", 0.7],
      ["leaning towards it", 0.5],
      ["only guessing", 0],
    ]).find(([, least]) => probability >= least) ?? ["", 0];
    return `${words}, ${probability < 0.9995 ? percent.format(probability) : `over ${percent.format(0.999)}`}`;
  },

  saw: "What the network sees",
  sawPicture: "The drawing as the network sees it",
  sawExplained: "28 × 28 pixels: your ink, cropped, scaled and centred by its weight. These 784 numbers are all it gets.",

  /** @param {{ python: string, numpy: string, model: import("inkling/worker/protocol.js").ModelCard }} about */
  facts: ({ python, numpy, model }) =>
    [
      `${model.sizes.join("-")} network`,
      model.testAccuracy === null ? "" : `${accuracy.format(model.testAccuracy)} right on the MNIST test set`,
      `Python ${python}`,
      `NumPy ${numpy}`,
    ].filter(Boolean),

  loading: {
    reading: "Reading the page’s files…",
    unpacking: "Unpacking Python…",
    python: "Starting Python…",
    numpy: "Loading NumPy…",
    network: "Loading the network…",
  },
  loadingHint: "You can draw already. The answer comes as soon as Python is ready.",
  progress: "Loading",

  failedStart: "Python did not start.",
  failedRead: "The answer did not come.",
  died: "Python has stopped.",
  keptDrawing: "“Try again” keeps your drawing.",
  tryAgain: "Try again",

  /** @type {Record<import("inkling/picture.js").PictureFault, (name: string) => string>} */
  pictureFaults: {
    empty: (name) => `“${name}” is empty. Choose another file.`,
    foreign: (name) => `“${name}” is not a picture. Choose a PNG or JPEG, for example.`,
    heavy: (name) => `“${name}” is larger than 64 MB. Save a smaller copy and choose that.`,
    huge: (name) => `“${name}” has more than 64 million pixels. Save a smaller copy and choose that.`,
    unreadable: (name) => `“${name}” cannot be opened: damaged, or of a kind unknown here. Try a PNG or JPEG.`,
  },
  intakeFaults: {
    several: "One picture at a time, please.",
    folder: "That is a folder. Open it and choose one picture.",
    noFile: "That was no picture. Save it as a file and choose that.",
  },
};
