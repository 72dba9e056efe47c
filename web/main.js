// What happens when: pad and pictures to the worker, its readings to the views. The only module that acts on import.

import { EMPTY, History, isEmpty, withStroke } from "inkling/drawing.js";
import { createPad, readInk } from "inkling/pad.js";
import { openPicture, PictureError, readPixels } from "inkling/picture.js";
import { text } from "inkling/text/text.js";
import { createAnswer } from "inkling/views/answer.js";
import { showFacts } from "inkling/views/facts.js";
import { find } from "inkling/views/find.js";
import { createSamples } from "inkling/views/samples.js";
import { createSaw } from "inkling/views/saw.js";
import { createTools } from "inkling/views/tools.js";
import { createUpload } from "inkling/views/upload.js";
import { fillWords } from "inkling/views/words.js";
import { start } from "inkling/worker/start.js";

/** @typedef {import("inkling/drawing.js").Drawing} Drawing */
/** @typedef {Awaited<ReturnType<typeof start>>["client"]} Client */

/** @type {Client | null} */
let client = null;
/** The request under way, if any. @type {AbortController | null} */
let request = null;
/** Ink came after that request was sent. */
let outdated = false;
/** The picture being decoded, if any. @type {AbortController | null} */
let opening = null;
let failed = false;
const history = new History();

fillWords();
const page = find("main", HTMLElement);
const { signal } = new AbortController();
const answer = createAnswer({ onAgain: () => (client ? askAnew() : boot()), signal });
const saw = createSaw();
const tools = createTools({ onUndo: () => history.undo() && showAnother(), onClear: clear, signal });
const upload = createUpload({ onFile: open, signal });
createSamples({ onPick: (strokes) => replace({ strokes, picture: null }), signal });
const pad = createPad(find("#pad", HTMLCanvasElement), {
  brushWidth: tools.brushWidth,
  onStroke(stroke) {
    history.replace(withStroke(history.current, stroke));
    showDrawing();
    askAnew();
  },
  onGrow() {
    pad.show(history.current);
    ask();
  },
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
    showFacts(started.about);
    client.died.then((error) => {
      client = null;
      request?.abort();
      request = null;
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
  answer.showFailure(sentence, error instanceof Error ? error.message : String(error));
  saw.clear();
  showState();
}

/** The states automation waits for; set before anything is awaited, so that nobody sees an old `ready`. */
function showState() {
  page.dataset.state = failed ? "failed" : !client ? "loading" : request || opening ? "busy" : "ready";
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
  showDrawing();
  askAnew();
}

function showDrawing() {
  opening?.abort();
  opening = null;
  pad.show(history.current);
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
  request = null;
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
    answer.showNothing(text.invite);
    saw.clear();
    return showState();
  }
  const mine = (request = new AbortController());
  showState();
  try {
    const reading = await read(client, history.current, mine.signal);
    if (mine.signal.aborted) return;
    if (reading.label === null) answer.showNothing(text.nothingFound);
    else answer.showReading(reading);
    saw.show(reading.image);
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
 * @param {AbortSignal} signal
 */
function read(client, { strokes, picture }, signal) {
  return picture
    ? client.call("readPicture", readPixels(picture), { signal })
    : client.call("predict", readInk(strokes), { signal });
}
