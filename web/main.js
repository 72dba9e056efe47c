// What happens when: pad and pictures to the worker, its readings to the views. The only module that acts on import.

import { EMPTY, History, isEmpty, withStroke } from "inkling/drawing.js";
import { Hand } from "inkling/hand.js";
import { createPad, readInk } from "inkling/pad.js";
import { openPicture, PictureError, readPixels } from "inkling/picture.js";
import { PAD_SIDE } from "inkling/settings.js";
import { text } from "inkling/text/text.js";
import { createAnswer } from "inkling/views/answer.js";
import { createBoxes } from "inkling/views/boxes.js";
import { showFacts } from "inkling/views/facts.js";
import { find } from "inkling/views/find.js";
import { createNetworks } from "inkling/views/networks.js";
import { createSamples } from "inkling/views/samples.js";
import { createSaw } from "inkling/views/saw.js";
import { createTools } from "inkling/views/tools.js";
import { createUpload } from "inkling/views/upload.js";
import { fillWords } from "inkling/views/words.js";
import { start } from "inkling/worker/start.js";

/** @typedef {import("inkling/drawing.js").Drawing} Drawing */
/** @typedef {Awaited<ReturnType<typeof start>>["client"]} Client */
/** @typedef {import("inkling/worker/protocol.js").About} About */
/** @typedef {import("inkling/worker/protocol.js").Reading} Reading */

/** @type {Client | null} */
let client = null;
/** The request under way, if any. @type {AbortController | null} */
let request = null;
/** Ink came after that request was sent. */
let outdated = false;
/** The picture being decoded, if any. @type {AbortController | null} */
let opening = null;
/** The change to another network under way, if any. @type {AbortController | null} */
let changing = null;
/** A refusal not shown yet, because somebody is still drawing. @type {Reading | null} */
let withheld = null;
/** Why there is no answer, where that is shown. @type {Reading["refused"]} */
let refused = null;
let failed = false;
const history = new History();
const hand = new Hand(showWithheld);

fillWords();
const page = find("main", HTMLElement);
const { signal } = new AbortController();
const answer = createAnswer({ onAgain: () => (client ? askAnew() : boot()), onEach: askEach, signal });
const boxes = createBoxes();
const saw = createSaw();
const tools = createTools({ onUndo: () => history.undo() && showAnother(), onClear: clear, signal });
const upload = createUpload({ onFile: open, signal });
const networks = createNetworks({ onPick: change, signal });
createSamples({ onPick: (strokes) => replace({ strokes, picture: null }), signal });
const pad = createPad(find("#pad", HTMLCanvasElement), {
  brushWidth: tools.brushWidth,
  onStroke(stroke) {
    hand.down();
    history.replace(withStroke(history.current, stroke));
    showDrawing();
    if (refused) showWaiting();
    askAnew();
  },
  onGrow() {
    pad.show(history.current);
    ask();
  },
  onLift: () => hand.up(),
  signal,
});

showDrawing();
boot();

/** Start Python, again after a failure; what was drawn meanwhile is answered then. */
async function boot() {
  failed = false;
  showState();
  answer.showLoading("reading", 0);
  try {
    const started = await start({
      // What fails in one part may go on in others for a while.
      onProgress: (stage, fraction) => failed || answer.showLoading(stage, fraction),
    });
    client = started.client;
    showAbout(started.about);
    client.died.then((error) => {
      client = null;
      request?.abort();
      changing?.abort();
      request = changing = null;
      fail(text.died, error);
    });
    askAnew();
  } catch (error) {
    fail(text.failedStart, error);
  }
}

/**
 * @param {string} sentence
 * @param {unknown} error
 */
function fail(sentence, error) {
  failed = true;
  withheld = refused = null;
  answer.showFailure(sentence, error instanceof Error ? error.message : String(error));
  saw.clear();
  boxes.clear();
  showState();
}

/** The states automation waits for; set before anything is awaited, so that nobody sees an old `ready`. */
function showState() {
  const busy = request || opening || changing || withheld;
  if (refused) page.dataset.refused = refused;
  else delete page.dataset.refused;
  page.dataset.state = failed ? "failed" : !client ? "loading" : busy ? "busy" : "ready";
}

/** @param {About} about */
function showAbout(about) {
  showFacts(about);
  networks.show(about);
}

/** @param {Drawing} drawing  in place of the one on the pad, which undo brings back */
function replace(drawing) {
  history.replace(drawing);
  showAnother();
}

function clear() {
  if (!isEmpty(history.current)) replace(EMPTY);
}

/** A drawing has taken the place of another, so the other's answer is no longer wanted. */
function showAnother() {
  hand.rest();
  showDrawing();
  askAnew();
}

function showDrawing() {
  opening?.abort();
  opening = null;
  pad.show(history.current);
  boxes.clear();
  tools.show({ canUndo: history.canUndo, isBlank: isEmpty(history.current) });
  upload.showName(history.current.picture?.name ?? "");
  upload.complain("");
}

/** @param {File} file  that replaces the drawing once it turns out to be a picture, and changes nothing otherwise */
async function open(file) {
  opening?.abort();
  const mine = (opening = new AbortController());
  upload.complain("");
  showState();
  try {
    const picture = await openPicture(file);
    if (!mine.signal.aborted) replace({ strokes: [], picture });
  } catch (error) {
    if (mine.signal.aborted) return;
    if (!(error instanceof PictureError)) throw error;
    upload.complain(text.pictureFaults[error.code](file.name));
  } finally {
    if (opening === mine) opening = null;
    showState();
  }
}

/** Ask about the drawing as it is now and forget what was asked before. */
function askAnew() {
  request?.abort();
  request = withheld = null;
  ask();
}

/**
 * Ask about the drawing as it is now. While it only grows, the answer under way is still worth showing: the newest
 * ink is sent when that has come, so a slow machine sees every answer it has time for.
 */
async function ask() {
  outdated = request !== null;
  if (!client || outdated) return;
  failed = false;
  if (isEmpty(history.current)) {
    refused = "blank";
    answer.showInvitation();
    saw.clear();
    return showState();
  }
  await send(read(client, history.current), show);
}

/** Ask about each of the shapes that were found. */
function askEach() {
  if (client && refused === "several" && !request) send(readEach(client, history.current), showEach);
}

/**
 * Send a request; what comes of it is taken unless something else is wanted by then.
 * @template Result
 * @param {(signal: AbortSignal) => Promise<Result>} call
 * @param {(result: Result) => void} take
 */
async function send(call, take) {
  const mine = (request = new AbortController());
  showState();
  try {
    const result = await call(mine.signal);
    if (!mine.signal.aborted) take(result);
  } catch (error) {
    if (!mine.signal.aborted) fail(text.failedRead, error);
  } finally {
    if (request === mine) {
      request = null;
      if (outdated) ask();
      else showState();
    }
  }
}

/**
 * @param {Client} client
 * @param {Drawing} drawing
 * @returns {(signal: AbortSignal) => Promise<Reading>}
 */
const read = (client, { strokes, picture }) => (signal) =>
  picture
    ? client.call("readPicture", readPixels(picture), { signal })
    : client.call("predict", readInk(strokes), { signal });

/**
 * @param {Client} client
 * @param {Drawing} drawing
 * @returns {(signal: AbortSignal) => Promise<Reading[]>}
 */
const readEach = (client, { strokes, picture }) => (signal) =>
  picture
    ? client.call("readPictureParts", readPixels(picture), { signal })
    : client.call("readParts", readInk(strokes), { signal });

/** @param {Reading} reading  of the drawing on the pad, or of what it was a moment ago */
function show(reading) {
  // What is refused now may be a digit with the next stroke.
  withheld = reading.refused && (hand.isDrawing || outdated) ? reading : null;
  if (withheld) showWaiting(withheld);
  else showSettled(reading);
}

/** @param {Reading} [reading]  if there is one */
function showWaiting(reading) {
  refused = null;
  answer.showWaiting(reading?.probs);
  if (reading) saw.show(reading.image);
}

/** Nobody is drawing any more. */
function showWithheld() {
  if (!withheld || request) return;
  showSettled(withheld);
  withheld = null;
  showState();
}

/** @param {Reading} reading */
function showSettled(reading) {
  refused = reading.refused;
  if (refused) answer.showRefusal(reading, history.current.picture ? "picture" : "drawing");
  else answer.showReading(reading);
  if (refused === "several") boxes.show(reading.boxes, sizeOf(history.current));
  else boxes.clear();
  saw.show(reading.image, reading.doubt);
}

/** @param {Reading[]} readings  of each shape, left to right */
function showEach(readings) {
  const labels = readings.map(({ label }) => (label === null ? text.unread : String(label)));
  answer.showEach(labels);
  boxes.show(
    readings.flatMap((reading) => reading.boxes),
    sizeOf(history.current),
    labels,
  );
}

/** @param {Drawing} drawing @returns {{ width: number, height: number }} of what is read, in its pixels */
const sizeOf = ({ picture }) => picture?.canvas ?? { width: PAD_SIDE, height: PAD_SIDE };

/**
 * Read with another network from now on, first what is on the pad.
 * @param {string} model  its name
 */
async function change(model) {
  if (!client) return;
  changing?.abort();
  const mine = (changing = new AbortController());
  const done = client.call("use", { model }, { signal: mine.signal });
  // The worker answers in order, so this is already read by the other network.
  askAnew();
  try {
    const about = await done;
    if (!mine.signal.aborted) showAbout(about);
  } catch (error) {
    if (!mine.signal.aborted) fail(text.failedRead, error);
  } finally {
    if (changing === mine) changing = null;
    showState();
  }
}
