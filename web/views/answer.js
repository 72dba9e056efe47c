// What the answer panel shows: an invitation, the stages of loading, a reading with its ten bars, or a failure.

import { SETTLED } from "inkling/settings.js";
import { text } from "inkling/text/text.js";
import { find } from "inkling/views/find.js";

/** @typedef {import("inkling/worker/protocol.js").Reading} Reading */

/**
 * @param {object} options
 * @param {() => void} options.onAgain  the reader wants what failed to be tried again
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createAnswer({ onAgain, signal }) {
  const digit = find("#digit", HTMLElement);
  const result = find("#result", HTMLOutputElement);
  const confidence = find("#confidence", HTMLElement);
  const progress = find("#progress", HTMLProgressElement);
  const reason = find("#reason", HTMLElement);
  const bars = createBars(find("#bars", HTMLUListElement));
  const say = createVoice(find("#voice", HTMLElement));
  find("#again", HTMLButtonElement).addEventListener("click", onAgain, { signal });

  /**
   * @param {string} sentence
   * @param {{ mark?: string, detail?: string, probs?: ArrayLike<number> }} [rest]  the large digit, the line below
   *   the sentence, the bars
   */
  const show = (sentence, { mark = "", detail = "", probs = new Float32Array(bars.length) } = {}) => {
    result.textContent = sentence;
    digit.textContent = mark;
    confidence.textContent = detail;
    bars.forEach((bar, value) => bar(probs[value], String(value) === mark));
  };

  return {
    /** @param {string} sentence  what to do instead of an answer */
    showNothing(sentence) {
      show(sentence);
      say("");
    },

    /** @param {Reading} reading  with a label */
    showReading({ label, probs }) {
      if (label === null) throw new Error("expected a reading with a label, got a refusal");
      const sentence = text.looksLike(label);
      const detail = text.confidence(probs[label]);
      show(sentence, { mark: String(label), detail, probs });
      say(`${sentence}: ${detail}`);
    },

    /**
     * @param {import("inkling/worker/protocol.js").StartStage} stage
     * @param {number} fraction  of the whole start, 0 to 1
     */
    showLoading(stage, fraction) {
      show(text.loading[stage], { detail: text.loadingHint });
      progress.value = fraction;
    },

    /**
     * @param {string} sentence  what happened
     * @param {string} why  and what to do
     */
    showFailure(sentence, why) {
      show(sentence);
      reason.textContent = why;
    },
  };
}

/**
 * Ten rows of a digit, its bar and its probability.
 * @param {HTMLUListElement} list
 * @returns {((probability: number, best: boolean) => void)[]}
 */
function createBars(list) {
  return Array.from({ length: 10 }, (_, value) => {
    const row = list.appendChild(document.createElement("li"));
    const [name, bar, share] = ["name", "bar", "share"].map((kind) => {
      const part = row.appendChild(document.createElement("span"));
      part.className = kind;
      return part;
    });
    row.dataset.digit = name.textContent = String(value);
    return (probability, best) => {
      row.dataset.p = String(Number(probability.toFixed(6)));
      row.classList.toggle("best", best);
      bar.style.setProperty("--p", row.dataset.p);
      share.textContent = probability > 0 ? text.percent(probability) : "";
    };
  });
}

/**
 * For those who listen instead of look: an answer is said once it stands, not at every point of a stroke.
 * @param {HTMLElement} region  live, and hidden from the eye
 * @returns {(sentence: string) => void}
 */
function createVoice(region) {
  let timer = 0;
  return (sentence) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      region.textContent = sentence;
    }, SETTLED);
  };
}
