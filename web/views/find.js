// How the views reach the elements index.html promises them.

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} type
 * @param {ParentNode} [root]
 * @returns {T}
 */
export function find(selector, type, root = document) {
  const found = root.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`expected a ${type.name} at ${selector}, got ${found?.constructor.name ?? "nothing"}`);
}
