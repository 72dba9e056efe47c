// Which words the page uses, in English: every sentence of it. Another language is a file of the same shape.

/** @typedef {typeof en} Text */
/** @typedef {import("inkling/worker/protocol.js").Refusal} Refusal */
/** @typedef {{ digit: number, probability: number }} Rival */

/** @param {number} digit */
const article = (digit) => (digit === 8 ? "an" : "a");
/** @param {number} digit */
const named = (digit) => `${article(digit)} ${digit}`;
const count = new Intl.NumberFormat("en");
const percent = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 1 });
const wholePercent = new Intl.NumberFormat("en", { style: "percent" });
const accuracy = new Intl.NumberFormat("en", { style: "percent", minimumFractionDigits: 1, maximumFractionDigits: 2 });

/** Biases are weights too. @param {readonly number[]} sizes  units per layer */
const weights = (sizes) => sizes.slice(1).reduce((sum, size, layer) => sum + (sizes[layer] + 1) * size, 0);

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
  /** @param {number} digit */
  looksLike: (digit) => `It looks like ${named(digit)}`,
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

  keepGoing: "Keep going…",
  /** @type {Record<Refusal, (rivals: readonly [Rival, Rival]) => string>} */
  refused: {
    blank: () => "Nothing was found in this picture",
    faint: () => "Too little ink to tell",
    several: () => "More than one digit",
    unlike: () => "It looks like no digit",
    unsure: ([one, other]) =>
      `Between ${named(one.digit)} and ${named(other.digit)}: ` +
      `${wholePercent.format(one.probability)} and ${wholePercent.format(other.probability)}`,
  },
  /** What to do about it. @type {Record<"drawing" | "picture", Record<Refusal, string>>} */
  refusedHint: {
    drawing: {
      blank: "",
      faint: "Draw it larger.",
      several: "",
      unlike: "“What the network sees” marks the ink that fits none.",
      unsure: "Draw it again, a little clearer.",
    },
    picture: {
      blank: "Choose one with a digit in it, dark on light or light on dark.",
      faint: "Choose one in which the digit is larger.",
      several: "",
      unlike: "“What the network sees” marks the ink that fits none.",
      unsure: "Choose one in which it is clearer.",
    },
  },
  refusalExplained: "It refuses what it cannot tell, and errs there too.",
  readEach: "Read each one",
  /** @param {readonly string[]} labels */
  inTurn: (labels) => `From left to right: ${labels.join(", ")}`,
  unread: "?",
  unreadExplained: "Where there is a question mark, it cannot tell.",

  saw: "What the network sees",
  sawPicture: "The drawing as the network sees it",
  sawExplained: "28 × 28 pixels: your ink, cropped, set upright, scaled and centred. These 784 numbers are all it gets.",

  misfitExplained: "This ink fits no digit.",

  networks: "Network",
  /** @param {string} name */
  networkName: (name) => ({ small: "Small", large: "Large" })[name] ?? name,
  /** @param {import("inkling/worker/protocol.js").ModelCard} card */
  networkFacts: ({ sizes, testAccuracy, penAccuracy }) => [
    `${sizes.join("-")}, ${count.format(weights(sizes))} weights`,
    [
      testAccuracy === null ? "" : `MNIST ${accuracy.format(testAccuracy)} right`,
      penAccuracy === null ? "" : `unseen writers’ pens ${accuracy.format(penAccuracy)}`,
    ]
      .filter(Boolean)
      .join(", "),
  ],

  /** @param {{ python: string, numpy: string }} about */
  facts: ({ python, numpy }) => [`Python ${python}`, `NumPy ${numpy}`],

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
