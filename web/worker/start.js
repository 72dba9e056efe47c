// Starts Python: reads the parts beside the page, makes the worker, says how far it is and why it failed.
//
// The same road from disk and over http. From disk a page may read nothing but classic scripts, a worker may only come
// from a data: URL, and Chromium refuses a large one: so parts are scripts that carry base64, and the worker is a few
// lines that import the real one, which the import map names as a data: URL too.

import { CallError, Client } from "inkling/worker/client.js";

/**
 * @typedef {import("inkling/worker/protocol.js").About} About
 * @typedef {import("inkling/worker/protocol.js").StartStage} StartStage
 * @typedef {"OldBrowser" | "NoWebAssembly" | "MissingPart" | "NoMemory" | "PythonFailed" | "WorkerDied"} StartCode
 * @typedef {{ name: string, file: string, bytes: number }} Part  as build.py lists them in #parts
 */

const MODEL = "small.npz";

/**
 * Where each stage begins in the whole of the start, as measured in Chromium on two cores.
 * @type {Record<StartStage, number>}
 */
const BEGINS = { reading: 0, unpacking: 0.08, python: 0.16, numpy: 0.84, network: 0.97 };

/** @type {Record<StartCode, (detail: string) => string>} */
const SENTENCES = {
  OldBrowser: (missing) =>
    `This browser is too old for this page (it lacks ${missing}): update it, or open the page in a current ` +
    "Chrome, Edge, Firefox or Safari.",
  NoWebAssembly: () =>
    "Python needs WebAssembly, which this browser has not or has switched off: switch it on (lockdown modes and " +
    "some policies switch it off), or open the page in another browser.",
  MissingPart: (file) =>
    `The file ${file} is missing or damaged: build or copy the whole folder again, not index.html alone, then ` +
    "reload the page.",
  NoMemory: () => "There is not enough free memory for Python: close other tabs or programs, then reload the page.",
  PythonFailed: (message) =>
    `Python could not be started (${message}): reload the page, or open it in another browser if that does not help.`,
  WorkerDied: () => "Python has stopped, most likely for lack of memory: close other tabs, then reload the page.",
};

/** Why Python did not start; `message` is a sentence for the user that says what to do. */
export class StartError extends Error {
  /**
   * @param {StartCode} code
   * @param {string} [detail]
   */
  constructor(code, detail = "") {
    super(SENTENCES[code](detail));
    this.name = "StartError";
    this.code = code;
  }
}

/**
 * Start Python in a worker.
 * @param {object} options
 * @param {(stage: StartStage, fraction: number) => void} options.onProgress  fraction of the whole start, 0 to 1
 * @returns {Promise<{ client: Client, about: About }>}  rejects with a StartError, whatever happens
 */
export async function start({ onProgress }) {
  /** @type {Worker | null} */
  let worker = null;
  let failed = false;
  /** @type {typeof onProgress} */
  const report = (stage, fraction) => {
    // When one part fails, the others still arrive.
    if (!failed) onProgress(stage, overall(stage, fraction));
  };
  try {
    checkBrowser();
    worker = makeWorker();
    const client = connect(worker);
    const parts = await readParts((fraction) => report("reading", fraction));
    const about = await client.call(
      "load",
      { parts, model: MODEL },
      { onProgress: ({ stage, fraction }) => report(stage, fraction) },
    );
    return { client, about };
  } catch (error) {
    failed = true;
    worker?.terminate();
    throw asStartError(error);
  }
}

function checkBrowser() {
  if (!("WebAssembly" in globalThis)) throw new StartError("NoWebAssembly");
  /** @type {[string, boolean][]} */
  const needs = [
    ["workers", "Worker" in globalThis],
    ["DecompressionStream", "DecompressionStream" in globalThis],
    ["streaming compilation", "instantiateStreaming" in WebAssembly],
    ["import.meta.resolve", typeof import.meta.resolve === "function"],
  ];
  const missing = needs.find(([, isThere]) => !isThere);
  if (missing) throw new StartError("OldBrowser", missing[0]);
}

function makeWorker() {
  // The port and the source come in one message, which a worker can only miss while it has no listener; the port itself
  // keeps what is sent before the source is there.
  const boot = `onmessage = ({ data: { port, source } }) =>
    import(source).then((worker) => worker.serve(port)).catch(reportError);`;
  let knowsModules = false;
  const options = /** @type {WorkerOptions} */ ({
    get type() {
      knowsModules = true;
      return "module";
    },
  });
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(boot)}`, options);
  if (knowsModules) return worker;
  worker.terminate();
  throw new StartError("OldBrowser", "module workers");
}

/** @param {Worker} worker */
function connect(worker) {
  const { port1, port2 } = new MessageChannel();
  const died = new Promise((resolve) => {
    const die = () => {
      worker.terminate();
      resolve(new StartError("WorkerDied"));
    };
    worker.onerror = (event) => {
      event.preventDefault();
      die();
    };
    // Where the browser knows the event, it also tells of a worker that was killed.
    port1.addEventListener("close", die);
  });
  worker.postMessage({ port: port2, source: import.meta.resolve("inkling/worker/worker.js") }, [port2]);
  return new Client(port1, died);
}

/**
 * @param {(fraction: number) => void} report
 * @returns {Promise<Record<string, string>>}  name -> base64
 */
async function readParts(report) {
  const list = document.getElementById("parts");
  if (!list) throw new StartError("MissingPart", "dist/index.html (this one is its source, run build.py)");
  /** @type {Part[]} */
  const parts = JSON.parse(String(list.textContent));
  const total = parts.reduce((sum, part) => sum + part.bytes, 0);
  let done = 0;
  const read = parts.map(async ({ name, file, bytes }) => {
    const base64 = await readPart(file);
    done += bytes;
    report(done / total);
    return [name, base64];
  });
  return Object.fromEntries(await Promise.all(read));
}

/**
 * A part is a script that leaves its text on its own element.
 * @param {string} file
 * @returns {Promise<string>}
 */
function readPart(file) {
  const script = /** @type {HTMLScriptElement & { base64?: string }} */ (document.createElement("script"));
  script.src = file;
  return new Promise((resolve, reject) => {
    const settle = () => {
      script.remove();
      if (script.base64) resolve(script.base64);
      else reject(new StartError("MissingPart", file));
    };
    script.onload = settle;
    script.onerror = settle;
    document.head.append(script);
  });
}

/**
 * @param {StartStage} stage
 * @param {number} fraction  of the stage
 */
function overall(stage, fraction) {
  const [begin, end = 1] = Object.values(BEGINS).filter((at) => at >= BEGINS[stage]);
  return begin + fraction * (end - begin);
}

/** @param {unknown} thrown */
function asStartError(thrown) {
  if (thrown instanceof StartError) return thrown;
  const { code, message } = thrown instanceof CallError ? thrown : { code: "", message: String(thrown) };
  if (code === "WorkerDied" || code === "NoMemory") return new StartError(code);
  if (code === "MemoryError") return new StartError("NoMemory");
  if (code === "CompileError") return new StartError("OldBrowser", "newer WebAssembly");
  if (code === "MissingPart") return new StartError("MissingPart", message);
  return new StartError("PythonFailed", message);
}
