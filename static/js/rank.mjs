// Dragging on top of a ranked list's own up and down buttons.
//
// <ol data-rank="form-id"> of <li data-rank-item="key"> with a .grip each; on a drop, the form's
// fields "item" and "position" (from 1) are filled and it is submitted.

/** @type {{ list: HTMLElement, item: HTMLElement, before: Element[] } | null} */
let drag = null;
/** @type {(() => void) | null} */
let undo = null;

/** @param {HTMLElement} list */
const items = (list) => [...list.querySelectorAll("[data-rank-item]")];

/** Put the dragged item before the one whose middle is below the pointer. @param {number} y */
function place(y) {
  if (!drag) return;
  const { item, list } = drag;
  const after = items(list).find((other) => {
    const box = other.getBoundingClientRect();
    return other !== item && y < box.top + box.height / 2;
  });
  if (after ? item.nextElementSibling !== after : list.lastElementChild !== item) {
    list.insertBefore(item, after ?? null);
  }
}

/** @param {PointerEvent} event */
function start(event) {
  const grip = event.target instanceof Element ? event.target.closest("[data-rank] .grip") : null;
  const item = grip?.closest("[data-rank-item]");
  const list = item?.closest("[data-rank]");
  if (!(item instanceof HTMLElement) || !(list instanceof HTMLElement) || !grip) return;
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  drag = { list, item, before: items(list) };
  item.classList.add("dragging");
}

/** @param {boolean} keep whether the new place counts */
function end(keep) {
  if (!drag) return;
  const { list, item, before } = drag;
  drag = null;
  item.classList.remove("dragging");
  undo = () => list.append(...before);
  const position = items(list).indexOf(item);
  if (!keep) undo();
  else if (position !== before.indexOf(item)) submit(list, item, position + 1);
}

/** @param {HTMLElement} list @param {HTMLElement} item @param {number} position */
function submit(list, item, position) {
  const form = document.getElementById(list.dataset.rank ?? "");
  if (!(form instanceof HTMLFormElement)) return;
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field("item").value = item.dataset.rankItem ?? "";
  field("position").value = String(position);
  form.requestSubmit();
}

document.addEventListener("pointerdown", start);
document.addEventListener("pointermove", (event) => place(event.clientY));
document.addEventListener("pointerup", () => end(true));
document.addEventListener("pointercancel", () => end(false));
// An order that was not saved must not look as if it were.
document.addEventListener("ballot:failed", () => undo?.());
