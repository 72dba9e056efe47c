// Answers the page's requests with Python. Runs in the worker that start.js makes, talks through one MessagePort.
//
// Import maps do not reach workers, and files cannot be read from disk: this module imports nothing, and all of Python
// comes out of the parts that `load` is given. protocol.js says what each request takes and answers.

/**
 * @typedef {import("inkling/worker/protocol.js").Request} Request
 * @typedef {import("inkling/worker/protocol.js").Cancel} Cancel
 * @typedef {import("inkling/worker/protocol.js").Reply} Reply
 * @typedef {import("inkling/worker/protocol.js").Stage} Stage
 * @typedef {(stage: Stage, fraction: number) => void} Report
 * @typedef {any} Pyodide  its types are not at hand
 * @typedef {any} PyProxy
 */

// Nothing is ever asked of this host: fetch answers its names from memory.
const NOWHERE = "https://runtime.invalid/";

const TYPES = { wasm: "application/wasm", json: "application/json" };

const MODEL = ".npz";

// Arguments of one String.fromCharCode call; engines allow no more than some 65,000.
const CHUNK = 0x8000;

/** @type {Pyodide | null} */
let pyodide = null;
/** @type {PyProxy | null} */
let bridge = null;

/** @type {Record<string, (args: any, report: Report) => unknown>} */
const verbs = {
  load,
  use: ({ model }) => callPython("use", model),
  predict: ({ ink, width, height }) => callPython("predict", ink, width, height),
  readParts: ({ ink, width, height }) => callPython("read_parts", ink, width, height),
  readPicture: ({ rgba, width, height }) => callPython("read_picture", rgba, width, height),
  readPictureParts: ({ rgba, width, height }) => callPython("read_picture_parts", rgba, width, height),
};

/**
 * Answer what comes through the port: one request at a time, in order, those cancelled while waiting left out.
 * @param {MessagePort} port
 */
export function serve(port) {
  /** @type {Map<number, Request>} */
  const waiting = new Map();
  // The next request is begun in a message of its own, behind those that came while Python was busy: a request that
  // one of them cancels is gone by then.
  const { port1: bell, port2: door } = new MessageChannel();
  let busy = false;

  port.onmessage = ({ data }) => {
    if ("cancel" in data) waiting.delete(data.cancel);
    else waiting.set(data.id, data);
    bell.postMessage(null);
  };
  door.onmessage = async () => {
    const [request] = waiting.values();
    if (busy || !request) return;
    busy = true;
    waiting.delete(request.id);
    try {
      await answer(request, port);
    } finally {
      busy = false;
      bell.postMessage(null);
    }
  };
}

/**
 * @param {Request} request
 * @param {MessagePort} port
 */
async function answer({ id, name, args }, port) {
  /** @param {Reply} reply */
  const reply = (reply) => port.postMessage(reply, buffersIn(reply));
  try {
    if (!Object.hasOwn(verbs, name)) {
      throw failure("UnknownRequest", `the worker knows ${Object.keys(verbs).join(", ")}, not "${name}"`);
    }
    const result = await verbs[name](args, (stage, fraction) =>
      reply({ id, type: "progress", progress: { stage, fraction } }),
    );
    reply({ id, type: "done", result });
  } catch (error) {
    reply({ id, type: "failed", ...explain(error) });
  }
}

/**
 * Start Python out of the given parts, import inkling, load all models and use one.
 * @param {{ parts: Record<string, string>, model: string }} args
 * @param {Report} report
 */
async function load({ parts, model }, report) {
  report("unpacking", 0);
  const files = await unpack(parts, (fraction) => report("unpacking", fraction));

  report("python", 0);
  pyodide = await startPyodide(files, (fraction) => report("python", fraction));
  // Pyodide is of no use any more after a fatal error: an uncaught error tells the page that the worker is dead.
  pyodide._api.on_fatal = (/** @type {unknown} */ error) => reportError(error);

  report("numpy", 0);
  await pyodide.loadPackage("numpy", { messageCallback() {} });
  pyodide.pyimport("numpy").destroy();

  report("network", 0);
  pyodide.unpackArchive(fileIn(files, "inkling.zip"), "zip", { extractDir: "/home/pyodide" });
  bridge = pyodide.pyimport("inkling.bridge");
  for (const [name, bytes] of files) if (name.endsWith(MODEL)) callPython("load", nameOf(name), bytes);
  fileIn(files, model);
  const about = callPython("use", nameOf(model));
  report("network", 1);
  return about;
}

/** @param {string} file  of a model */
function nameOf(file) {
  return file.slice(0, -MODEL.length);
}

/**
 * @param {Map<string, Uint8Array>} files
 * @param {(fraction: number) => void} report
 * @returns {Promise<Pyodide>}
 */
async function startPyodide(files, report) {
  const [{ loadPyodide }, { default: createPyodideModule }] = await Promise.all([
    importBytes(fileIn(files, "pyodide.mjs")),
    importBytes(fileIn(files, "pyodide.asm.mjs")),
  ]);
  fetchFrom(files);
  report(0.05);
  return Promise.race([
    failureToInstantiate(() => report(0.2)),
    loadPyodide({
      createPyodideModule,
      lockFileContents: JSON.parse(new TextDecoder().decode(fileIn(files, "pyodide-lock.json"))),
      indexURL: NOWHERE,
      packageBaseUrl: NOWHERE,
    }),
  ]);
}

/**
 * Rejects when the WebAssembly module cannot be made, which Pyodide only logs before it waits for ever.
 * @param {() => void} onSuccess
 * @returns {Promise<never>}
 */
function failureToInstantiate(onSuccess) {
  return new Promise((_, reject) => {
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (source, imports) => {
      try {
        const instantiated = await instantiate(source, imports);
        onSuccess();
        return instantiated;
      } catch (error) {
        reject(error);
        throw error;
      }
    };
  });
}

/**
 * From here on, fetch answers from memory and reaches nothing else.
 * @param {Map<string, Uint8Array>} files
 */
function fetchFrom(files) {
  self.fetch = async (resource) => {
    const url = String(resource);
    const name = url.slice(url.lastIndexOf("/") + 1);
    const type = TYPES[/** @type {keyof typeof TYPES} */ (name.split(".").pop())];
    return new Response(/** @type {BufferSource} */ (fileIn(files, name)), {
      headers: { "content-type": type ?? "application/octet-stream" },
    });
  };
}

/**
 * @param {Record<string, string>} parts
 * @param {(fraction: number) => void} report
 * @returns {Promise<Map<string, Uint8Array>>}  name without ".gz" -> bytes
 */
async function unpack(parts, report) {
  const names = Object.keys(parts);
  let done = 0;
  const files = names.map(async (name) => {
    const file = await unpackPart(name, parts[name]).catch(() => {
      throw failure("MissingPart", name);
    });
    report(++done / names.length);
    return file;
  });
  return new Map(await Promise.all(files));
}

/**
 * @param {string} name
 * @param {string} base64
 * @returns {Promise<[string, Uint8Array]>}
 */
async function unpackPart(name, base64) {
  const bytes = fromBase64(base64);
  return name.endsWith(".gz") ? [name.slice(0, -".gz".length), await gunzip(bytes)] : [name, bytes];
}

/**
 * @param {Map<string, Uint8Array>} files
 * @param {string} name
 */
function fileIn(files, name) {
  const bytes = files.get(name);
  if (!bytes) throw failure("MissingPart", name);
  return bytes;
}

/**
 * Call a function of inkling.bridge; dicts come back as objects, arrays as typed arrays, None as null or, if it
 * is all there is, as undefined.
 * @param {string} name
 * @param {...unknown} args
 */
function callPython(name, ...args) {
  if (!bridge) throw failure("NotLoaded", `"${name}" was asked before "load" was done`);
  const fn = bridge[name];
  try {
    const result = fn(...args);
    try {
      return result?.toJs({ create_pyproxies: false, dict_converter: toObject });
    } finally {
      result?.destroy();
    }
  } finally {
    fn.destroy();
  }
}

/** @param {Iterable<[string, unknown]>} pairs */
function toObject(pairs) {
  // Pyodide turns None into undefined.
  return Object.fromEntries([...pairs].map(([key, value]) => [key, value ?? null]));
}

/**
 * @param {unknown} thrown
 * @returns {{ code: string, message: string }}
 */
function explain(thrown) {
  // Anything at all can be thrown, even null.
  const error = /** @type {Error & { code?: string, type?: string }} */ (
    thrown instanceof Error ? thrown : new Error(String(thrown))
  );
  if (error.constructor.name === "PythonError") {
    // The error's own message is the whole traceback.
    const exception = pyodide.pyimport("sys.last_exc");
    const message = exception.toString();
    exception.destroy();
    return { code: /** @type {string} */ (error.type), message };
  }
  const isMemory = error instanceof RangeError && /memory/i.test(error.message);
  return { code: isMemory ? "NoMemory" : String(error.code ?? error.name), message: error.message };
}

/**
 * @param {string} code
 * @param {string} message
 */
function failure(code, message) {
  return Object.assign(new Error(message), { code });
}

/**
 * @param {unknown} value
 * @returns {ArrayBuffer[]}  of every typed array in it, to be handed over rather than copied
 */
function buffersIn(value) {
  if (ArrayBuffer.isView(value)) return [/** @type {ArrayBuffer} */ (value.buffer)];
  if (typeof value !== "object" || value === null) return [];
  return [...new Set(Object.values(value).flatMap(buffersIn))];
}

/** @param {Uint8Array} source */
function importBytes(source) {
  let text = "";
  for (let start = 0; start < source.length; start += CHUNK) {
    text += String.fromCharCode(...source.subarray(start, start + CHUNK));
  }
  return import(`data:text/javascript;base64,${btoa(text)}`);
}

/** @param {string} text */
function fromBase64(text) {
  const binary = atob(text);
  // A plain loop: Uint8Array.from with a function takes ten times as long, a second for all parts.
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** @param {Uint8Array} bytes */
async function gunzip(bytes) {
  // Through the writer: WebKit cannot read a Blob in a worker made from disk.
  const { readable, writable } = new DecompressionStream("gzip");
  const writer = writable.getWriter();
  const written = writer.write(/** @type {BufferSource} */ (bytes)).then(() => writer.close());
  const [buffer] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return new Uint8Array(buffer);
}
