// Which tools lie beside the pad: undo (also Ctrl+Z), clear and the brush.

import { BRUSH } from "inkling/settings.js";
import { find } from "inkling/views/find.js";

/**
 * @param {object} options
 * @param {() => void} options.onUndo
 * @param {() => void} options.onClear
 * @param {AbortSignal} options.signal  ends all listening
 */
export function createTools({ onUndo, onClear, signal }) {
  const undo = find("#undo", HTMLButtonElement);
  const ghost = find("#ghost", HTMLElement);
  const brush = find("#brush", HTMLInputElement);
  const tip = find("#tip", HTMLElement);

  Object.assign(brush, { min: BRUSH.min, max: BRUSH.max, value: BRUSH.start });
  const showTip = () => tip.style.setProperty("--width", `${brush.value}px`);
  brush.addEventListener("input", showTip, { signal });
  showTip();

  undo.addEventListener("click", onUndo, { signal });
  find("#clear", HTMLButtonElement).addEventListener("click", onClear, { signal });
  document.addEventListener(
    "keydown",
    (event) => {
      const modifiers = event.shiftKey || event.altKey;
      if (event.key.toLowerCase() !== "z" || modifiers || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      onUndo();
    },
    { signal },
  );

  return {
    brushWidth: () => brush.valueAsNumber,
    /** @param {{ canUndo: boolean, isBlank: boolean }} pad  as it is now */
    show({ canUndo, isBlank }) {
      // Not `disabled`, which would take the focus away from whoever just pressed the button.
      undo.ariaDisabled = String(!canUndo);
      ghost.hidden = !isBlank;
    },
  };
}
