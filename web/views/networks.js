// Which networks there are to choose from, each with its size and how often it is right.

import { text } from "inkling/text/text.js";
import { find } from "inkling/views/find.js";

/** @typedef {import("inkling/worker/protocol.js").About} About */
/** @typedef {import("inkling/worker/protocol.js").ModelCard} ModelCard */

/**
 * @param {object} options
 * @param {(name: string) => void} options.onPick
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createNetworks({ onPick, signal }) {
  const group = find("#networks", HTMLFieldSetElement);
  const list = find("div", HTMLDivElement, group);
  group.addEventListener(
    "change",
    ({ target }) => target instanceof HTMLInputElement && onPick(target.value),
    { signal },
  );

  return {
    /** @param {About} about */
    show({ model, models }) {
      // They stay the same while Python runs, and making them anew would take the focus from them.
      if (list.childElementCount !== models.length) list.replaceChildren(...models.map(choice));
      for (const radio of list.querySelectorAll("input")) radio.checked = radio.value === model.name;
    },
  };
}

/** @param {ModelCard} card */
function choice(card) {
  const label = document.createElement("label");
  const radio = label.appendChild(document.createElement("input"));
  radio.type = "radio";
  radio.name = "network";
  radio.value = card.name;
  for (const line of [text.networkName(card.name), ...text.networkFacts(card)]) {
    label.appendChild(document.createElement("span")).textContent = line;
  }
  return label;
}
