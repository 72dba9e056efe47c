// What the answer panel shows: an invitation, the stages of loading, a reading with its ten bars, why there is none,
// or a failure.

import { SETTLED } from "inkling/settings.js";
import { text } from "inkling/text/text.js";
import { find } from "inkling/views/find.js";

/** @typedef {import("inkling/worker/protocol.js").Reading} Reading */
/** @typedef {import("inkling/text/en.js").Rival} Rival */

/**
 * @param {object} options
 * @param {() => void} options.onAgain  the reader wants what failed to be tried again
 * @param {() => void} options.onEach  and each of several digits to be read
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createAnswer({ onAgain, onEach, signal }) {
  const digit = find("#digit", HTMLElement);
  const result = find("#result", HTMLOutputElement);
  const confidence = find("#confidence", HTMLElement);
  const progress = find("#progress", HTMLProgressElement);
  const reason = find("#reason", HTMLElement);
  const bars = createBars(find("#bars", HTMLUListElement));
  const say = createVoice(find("#voice", HTMLElement));
  const each = find("#each", HTMLButtonElement);
  find("#again", HTMLButtonElement).addEventListener("click", onAgain, { signal });
  each.addEventListener("click", onEach, { signal });

  /**
   * @param {string} sentence
   * @param {{ mark?: string, detail?: string, probs?: ArrayLike<number> }} [rest]  the large digit, the line below
   *   the sentence, the bars
   */
  const show = (sentence, { mark = "", detail = "", probs = new Float32Array(bars.length) } = {}) => {
    result.textContent = sentence;
    digit.textContent = mark;
    confidence.textContent = detail;
    digit.classList.remove("past");
    bars.forEach((bar, value) => bar(probs[value], String(value) === mark));
  };

  return {
    /** There is nothing to read. */
    showInvitation() {
      show(text.invite);
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
     * @param {Reading} reading  that was refused
     * @param {"drawing" | "picture"} kind  of what was read
     */
    showRefusal({ refused, probs }, kind) {
      if (refused === null) throw new Error("expected a refusal, got a reading with a label");
      const sentence = text.refused[refused](rivals(probs));
      const detail = text.refusedHint[kind][refused];
      show(sentence, { detail, probs });
      each.ariaDisabled = "false";
      say(detail ? `${sentence}. ${detail}` : sentence);
    },

    /**
     * Not read yet, or refused while somebody still draws. The last answer stays in sight, no longer as the answer.
     * @param {ArrayLike<number>} [probs]  if there are new ones
     */
    showWaiting(probs) {
      result.textContent = text.keepGoing;
      confidence.textContent = "";
      digit.classList.add("past");
      if (probs) bars.forEach((bar, value) => bar(probs[value], false));
      say("");
    },

    /** @param {readonly string[]} labels  of several digits, left to right; the bars stay those of all together */
    showEach(labels) {
      result.textContent = text.inTurn(labels);
      confidence.textContent = labels.includes(text.unread) ? text.unreadExplained : "";
      digit.textContent = "";
      each.ariaDisabled = "true";
      say(result.textContent);
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
 * The two likeliest digits, the likelier first.
 * @param {Float32Array} probs
 * @returns {[Rival, Rival]}
 */
function rivals(probs) {
  const [one, other] = Array.from(probs, (probability, digit) => ({ digit, probability })).sort(
    (a, b) => b.probability - a.probability,
  );
  return [one, other];
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
