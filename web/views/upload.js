// How a picture comes in: chosen, dropped or pasted. Hands on one file, or says why there is none.

import { text } from "inkling/text/text.js";
import { find } from "inkling/views/find.js";

/**
 * @param {object} options
 * @param {(file: File) => void} options.onFile
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createUpload({ onFile, signal }) {
  const input = find("#upload", HTMLInputElement);
  const fault = find("#fault", HTMLElement);
  const caption = find("#caption", HTMLElement);
  /** @param {string} sentence */
  const complain = (sentence) => {
    fault.textContent = sentence;
  };
  /** @param {DataTransfer | null} transfer */
  const take = (transfer) => {
    const files = [...(transfer?.files ?? [])];
    if (files.length === 0) complain(text.intakeFaults.noFile);
    else if (files.length > 1) complain(text.intakeFaults.several);
    else if (holdsFolder(transfer)) complain(text.intakeFaults.folder);
    else onFile(files[0]);
  };

  input.addEventListener(
    "change",
    () => {
      const [file] = input.files ?? [];
      if (file) onFile(file);
      // Or choosing the same file again would be no change.
      input.value = "";
    },
    { signal },
  );
  followDrag(signal);
  document.addEventListener(
    "drop",
    (event) => {
      event.preventDefault();
      take(event.dataTransfer);
    },
    { signal },
  );
  document.addEventListener("paste", (event) => take(event.clipboardData), { signal });

  return {
    complain,
    /** @param {string} name  of the picture on the pad; "" when there is none */
    showName(name) {
      caption.textContent = name;
    },
  };
}

/** @param {DataTransfer | null} transfer */
const holdsFolder = (transfer) => [...(transfer?.items ?? [])].some((item) => item.webkitGetAsEntry?.()?.isDirectory);

/**
 * Welcome whatever is dragged over the page, or the browser would leave the page for the file dropped on it.
 * @param {AbortSignal} signal
 */
function followDrag(signal) {
  const over = (/** @type {boolean} */ is) => document.body.classList.toggle("dragged-over", is);
  document.addEventListener(
    "dragover",
    (event) => {
      event.preventDefault();
      over(true);
    },
    { signal },
  );
  // From element to element there is a related target; out of the window there is none.
  document.addEventListener("dragleave", (event) => event.relatedTarget || over(false), { signal });
  document.addEventListener("drop", () => over(false), { signal });
}
