// Drafts save themselves: <form data-autosave="address of the draft"> with a status line.
// What the server could not take is kept on this device, said so, and tried again.
// The server may answer with JSON: "version" goes into the form's field of that name, so that it
// can tell two open pages apart; "message" says why it refused.

const PAUSE = 1500;
const LONGEST = 60000;

/** @typedef {[string, string][]} Entries */
/** @typedef {{status: number, version?: string, message?: string}} Answer status 0: no answer */

/** What was typed; files and the form's token are not part of a kept copy. */
class Draft {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave ?? "";
    this.key = `draft:${this.url}`;
    this.status = form.querySelector("[data-autosave-status]");
    this.wait = PAUSE;
    this.timer = 0;
    this.busy = this.dirty = false;
    /** @type {HTMLElement | null | undefined} the button pressed while a save was under way */
    this.waiting = undefined;
  }

  /** @returns {Entries} */
  entries() {
    const all = /** @type {Entries} */ ([...new FormData(this.form)]);
    return all.filter(([, value]) => typeof value === "string");
  }

  /** @param {string | undefined} words */
  say(words) {
    if (!this.status || !words) return;
    const clock = { hour: "2-digit", minute: "2-digit", hour12: false };
    const time = new Date().toLocaleTimeString("en-GB", /** @type {any} */ (clock));
    this.status.textContent = words.replace("{time}", time);
  }

  keep() {
    const kept = this.entries().filter(([name]) => name !== "csrf_token");
    try { localStorage.setItem(this.key, JSON.stringify(kept)); } catch { /* storage is full or off */ }
  }

  forget() {
    try { localStorage.removeItem(this.key); } catch { /* storage is off */ }
  }

  restore() {
    let kept = null;
    try { kept = localStorage.getItem(this.key); } catch { return; }
    if (!kept) return;
    const entries = /** @type {Entries} */ (JSON.parse(kept));
    for (const control of this.form.elements) fill(control, entries);
    this.say(this.form.dataset.restored);
    this.later();
  }

  later(delay = PAUSE) {
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), delay);
  }

  async save(keepalive = false) {
    clearTimeout(this.timer);
    if (this.busy || !this.dirty) return;
    this.busy = true;
    this.dirty = false;
    const answer = await send(this.url, this.entries(), keepalive);
    this.busy = false;
    const version = this.form.elements.namedItem("version");
    if (version instanceof HTMLInputElement && answer.version) version.value = answer.version;
    this.settle(answer);
    const button = this.waiting;
    this.waiting = undefined;
    if (button !== undefined) this.form.requestSubmit(button);
  }

  /** @param {Answer} answer */
  settle({ status, message }) {
    if (status >= 200 && status < 300) {
      this.wait = PAUSE;
      this.say(this.form.dataset.saved);
      if (this.dirty) this.later();
      else this.forget();
      return;
    }
    this.keep();
    const refused = status >= 400 && status < 500 && status !== 429;
    this.say(message ?? (refused ? this.form.dataset.refused : this.form.dataset.failed));
    if (refused) return;
    this.wait = Math.min(this.wait * 2, LONGEST);
    this.later(this.wait);
  }

  /** Sent by hand: what is being saved has to arrive first. @param {SubmitEvent} event */
  stop(event) {
    clearTimeout(this.timer);
    if (this.busy) {
      event.preventDefault();
      this.waiting = event.submitter;
      return;
    }
    this.dirty = false;
    this.forget();
  }
}

/** @param {Element} control @param {Entries} entries */
function fill(control, entries) {
  const values = entries.filter(([name]) => name === control.getAttribute("name")).map(([, v]) => v);
  if (control instanceof HTMLSelectElement) {
    for (const option of control.options) option.selected = values.includes(option.value);
  } else if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
    control.checked = values.includes(control.value);
  } else if (control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement) {
    if (values.length && control.type !== "file") control.value = values[0];
  }
}

/** @param {string} url @param {Entries} entries @param {boolean} keepalive @returns {Promise<Answer>} */
async function send(url, entries, keepalive) {
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  const headers = { "X-Requested-With": "autosave" };
  try {
    const answer = await fetch(url, { method: "POST", body, headers, keepalive, redirect: "error" });
    const json = answer.headers.get("Content-Type")?.includes("application/json");
    return { ...(json ? await answer.json() : {}), status: answer.status };
  } catch {
    return { status: 0 };
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const draft = new Draft(/** @type {HTMLFormElement} */ (form));
  draft.restore();
  form.addEventListener("input", () => draft.later());
  form.addEventListener("submit", (event) => draft.stop(event));
  addEventListener("online", () => void draft.save());
  addEventListener("visibilitychange", () => { if (document.hidden) void draft.save(true); });
}
