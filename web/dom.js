/** Creates and updates elements. Texts of bots and users get into the page only here, as text and never as markup. */

/**
 * @typedef {Node | string | number | false | null | undefined} Leaf
 * @typedef {Leaf | Leaf[] | (Leaf | Leaf[])[]} Child
 */

/**
 * Creates an element: `h("button.primary", { onclick, "aria-label": "Send" }, "Send")`.
 *
 * A property with a function is a listener, with `true` an empty attribute, with `false`, `null` or `undefined` nothing.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag | `${Tag}.${string}`} selector
 * @param {Record<string, unknown>} [properties]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(/** @type {Tag} */ (tag));
  if (classes.length) element.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    // ARIA attributes have the values `true` and `false` as words.
    if (name.startsWith("aria-") && value != null) element.setAttribute(name, String(value));
    else if (typeof value === "function") element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  add(element, children);
  return element;
}

/** @param {Element} element @param {Child[]} children */
function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== false && child != null) element.append(String(child));
  }
}

/** @param {Element} element @param {...Child} children */
export function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

const SVG = "http://www.w3.org/2000/svg";

/**
 * Creates an icon: a stroke on a field of 24 by 24.
 *
 * @param {keyof typeof PATHS} name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 10l6 6 6-6",
  edit: "M4 20l4-1L20 7l-3-3L5 16z",
  keyboard: "M3 7h18v10H3zM7 10.500h.01M12 10.500h.01M17 10.500h.01M8 14h8",
  menu: "M4 7h16M4 12h16M4 17h16",
  more: "M12 5.500v.01M12 12v.01M12 18.500v.01",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  reply: "M10 6l-6 6 6 6M4 12h9c4 0 6 2 7 6",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L20 20",
  send: "M4 12l16-8-6 16-3-7z",
  trash: "M5 7h14M9 7V4h6v3M7 7l1 13h8l1-13",
};

/**
 * Creates a button with an icon; the label is its tooltip and its name for screen readers.
 *
 * @param {keyof typeof PATHS} name
 * @param {string} label
 * @param {(event: MouseEvent) => void} onclick
 * @param {Record<string, unknown>} [more]
 */
export function iconButton(name, label, onclick, more = {}) {
  return h("button.round", { type: "button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

/**
 * Updates the children of an element to show a list. Only changed children are replaced, so that nothing moves, blinks
 * or loses the focus.
 *
 * @template Item
 * @param {Element} container
 * @param {Item[]} items
 * @param {(item: Item) => string} key identifies an item
 * @param {(item: Item) => unknown} signature what the element shows; an element with an unchanged signature is kept
 * @param {(item: Item) => HTMLElement} make
 */
export function reconcile(container, items, key, signature, make) {
  /** @type {Map<string, HTMLElement>} */
  const old = new Map();
  const wanted = new Set(items.map(key));
  // Removed children first, so that the others need not be moved.
  for (const child of [...container.children]) {
    if (!(child instanceof HTMLElement) || !child.dataset.key) continue;
    if (wanted.has(child.dataset.key)) old.set(child.dataset.key, child);
    else child.remove();
  }
  let place = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const shown = JSON.stringify(signature(item));
    let element = old.get(name);
    if (!element || signatures.get(element) !== shown) {
      const fresh = make(item);
      fresh.dataset.key = name;
      signatures.set(fresh, shown);
      if (element) {
        const hadFocus = element.contains(document.activeElement);
        if (place === element) place = fresh;
        element.replaceWith(fresh);
        if (hadFocus) (fresh.tabIndex >= 0 ? fresh : fresh.querySelector("button"))?.focus({ preventScroll: true });
      }
      element = fresh;
    }
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
  }
}

/** @type {WeakMap<Element, string>} */
const signatures = new WeakMap();

/**
 * Draws now, and again whenever one of the sources changes.
 *
 * @param {EventTarget[]} sources
 * @param {() => void} draw
 * @returns {() => void} stops watching
 */
export function watch(sources, draw) {
  const later = debounce(draw);
  for (const source of sources) source.addEventListener("change", later);
  draw();
  return () => sources.forEach((source) => source.removeEventListener("change", later));
}

/**
 * Combines the calls of one task into one, which is made before the next frame.
 *
 * @param {() => void} draw
 */
export function debounce(draw) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      draw();
    });
  };
}
