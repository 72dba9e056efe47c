// How the sentences get into the page: data-text names an element's words, data-label its accessible name.

import { text } from "inkling/text/text.js";

/** Put every sentence in its place. */
export function fillWords() {
  document.documentElement.lang = text.language;
  document.documentElement.classList.remove("wordless");
  for (const element of elements("[data-text]")) element.textContent = sentence(element.dataset.text);
  for (const element of elements("[data-label]")) element.ariaLabel = sentence(element.dataset.label);
}

/** @param {string} selector */
const elements = (selector) => /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector));

/** @param {string | undefined} key */
function sentence(key) {
  const words = text[/** @type {keyof typeof text} */ (key)];
  if (typeof words !== "string") throw new Error(`expected a sentence named ${key}, got ${typeof words}`);
  return words;
}
