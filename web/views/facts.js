// Which Python answers: one line at the foot of the page. Which network is that of networks.js.

import { text } from "inkling/text/text.js";
import { find } from "inkling/views/find.js";

/** @param {import("inkling/worker/protocol.js").About} about */
export function showFacts(about) {
  const items = text.facts(about).map((fact) => {
    const item = document.createElement("li");
    item.textContent = fact;
    return item;
  });
  find("#facts", HTMLUListElement).replaceChildren(...items);
}
