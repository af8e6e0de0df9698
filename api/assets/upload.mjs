// A form with files that says how far sending has come: `<form data-upload
// data-most-mb="200">`. Without script the browser sends the same form by itself.
//
// Before anything is sent, the form's own page is asked for anew: a session that has
// ended is told before minutes of sending, and one begun since has another token.

import { initAll } from "govuk-frontend";
import { button, made } from "./map/made.mjs";

const BYTES_A_MB = 1024 * 1024;
// A voice that reads every step would never be done.
const SPOKEN_EVERY_MS = 2000;
const LOST = "geocorr cannot be reached. ";
const BROKE_OFF =
  "Sending broke off: the connection was lost, or a file was changed meanwhile. ";
const STOPPED = "You stopped it. ";
const NOTHING_STORED = "Nothing was stored. Press Send to try again.";
const PERHAPS_STORED =
  "Some may be stored: look at the batches, or press Send again. A file that comes twice is taken once.";
// What is turned away before any file is looked at.
const AT_THE_DOOR = [403, 413, 429];

/** What went wrong, in words for people; `link` is shown after them. */
class Trouble extends Error {
  constructor(message, link = null) {
    super(message);
    this.link = link;
  }
}

/** Send every such form under `root` by script from now on. */
export function sendByScript(root) {
  for (const form of root.querySelectorAll("form[data-upload]")) {
    const panel = panelOf();
    form.after(panel.element);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (panel.element.hidden) send(form, panel);
    });
  }
}

async function send(form, panel) {
  // What is filled in now goes, whatever is changed meanwhile.
  const filled = new FormData(form);
  const chosen = filled.getAll("files").filter(({ name }) => name);
  panel.show(chosen.length);
  try {
    fits(chosen, Number(form.dataset.mostMb));
    filled.set("csrf", await token(form));
    follow(form, await posted(form, filled, panel));
  } catch (trouble) {
    panel.hide();
    complain(trouble);
  }
}

function fits(files, most_mb) {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= most_mb * BYTES_A_MB) return;
  throw new Trouble(
    `The files have ${inMb(bytes)} MB together, and ${most_mb} MB may be sent in one go: send fewer at once.`,
    made("a", { href: "#files", text: "Choose other files" }),
  );
}

/** The token of the session as it is now, out of the form's own page. */
async function token(form) {
  const headers = { Accept: "text/html" };
  const answer = await fetch(form.action, { headers }).catch(() => {
    throw new Trouble(LOST + NOTHING_STORED);
  });
  const page = parsed(await answer.text());
  if (!answer.ok) throw new Trouble(said(page, answer.status));
  const csrf = page.querySelector("form[data-upload] [name=csrf]");
  if (!csrf) throw signedOut();
  return csrf.value;
}

function signedOut() {
  const link = { href: "/login", target: "_blank", rel: "noopener" };
  return new Trouble(
    "Your session has ended, and nothing was stored. Sign in in another tab, then press Send again: what you chose is still here.",
    made("a", { ...link, text: "Sign in (opens in a new tab)" }),
  );
}

/** The answer to the form, as a request that is done. */
function posted(form, filled, panel) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let arrived = false;
    const ended = (why) => () =>
      reject(new Trouble(why + (arrived ? PERHAPS_STORED : NOTHING_STORED)));
    request.upload.addEventListener("progress", ({ loaded, total }) =>
      panel.sent(loaded, total),
    );
    request.upload.addEventListener("load", () => {
      arrived = true;
      panel.reading();
    });
    request.addEventListener("load", () => resolve(request));
    request.addEventListener("error", ended(BROKE_OFF));
    request.addEventListener("abort", ended(STOPPED));
    panel.stop = () => request.abort();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "text/html");
    request.send(filled);
  });
}

/** Go where the answer leads, or show it in the place of what is here. */
function follow(form, request) {
  if (request.status < 300 && request.responseURL !== form.action) {
    if (new URL(request.responseURL).pathname === "/login") throw signedOut();
    location.assign(request.responseURL);
    return;
  }
  const page = parsed(request.responseText);
  if (![200, 422].includes(request.status) || !page.querySelector("form[data-upload]"))
    throw new Trouble(said(page, request.status, request.responseText));
  const main = page.querySelector("main");
  const { files } = form.elements.files;
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  // The browser forgets what was chosen; to send it after all, it need not be found again.
  main.querySelector("[name=files]").files = files;
  initAll({ scope: main });
  sendByScript(main);
  if (request.status === 200) goTo(main.querySelector("h1"));
}

function parsed(text) {
  return new DOMParser().parseFromString(text, "text/html");
}

/** Why an answer is none, in its own words: those of a page or of a problem. */
function said(page, status, text = "") {
  const after = AT_THE_DOOR.includes(status) ? NOTHING_STORED : PERHAPS_STORED;
  const words = [...page.querySelectorAll("main h1, main h1 + p")];
  if (words.length) return sentences(...words.map((one) => one.textContent), after);
  try {
    return sentences(JSON.parse(text).detail, after);
  } catch {
    return sentences(LOST, `(It answered ${status}.)`, after);
  }
}

/** One after the other, each with its full stop. */
function sentences(...said) {
  return said.map((one) => one.trim().replace(/([^.)])$/, "$1.")).join(" ");
}

function complain({ message, link }) {
  const title = made("h2", {
    class: "govuk-error-summary__title",
    text: "There is a problem",
  });
  const list = made(
    "ul",
    { class: "govuk-list govuk-error-summary__list" },
    made("li", { class: "app-text", text: message }),
    ...(link ? [made("li", {}, link)] : []),
  );
  const body = made("div", { class: "govuk-error-summary__body" }, list);
  const summary = made(
    "div",
    { class: "govuk-error-summary" },
    made("div", { role: "alert" }, title, body),
  );
  const main = document.querySelector("main");
  main.querySelector(".govuk-error-summary")?.remove();
  main.prepend(summary);
  goTo(summary);
}

function goTo(element) {
  element.tabIndex = -1;
  element.focus();
  element.scrollIntoView();
}

/** Bar, words and a way out, hidden until something is sent. */
function panelOf() {
  const label = made("label", { class: "govuk-label govuk-label--m", for: "sending" });
  const bar = made("progress", { class: "app-upload__bar", id: "sending" });
  const seen = made("p", { class: "govuk-body", "aria-hidden": "true" });
  const spoken = made("p", { class: "govuk-visually-hidden", role: "status" });
  const panel = { stop: () => {} };
  const out = button("Stop", () => panel.stop());
  const element = made("div", { class: "app-upload" }, label, bar, seen, spoken, out);
  element.hidden = true;
  let next_at = 0;
  const tell = (words, at_once = true) => {
    seen.textContent = words;
    if (!at_once && performance.now() < next_at) return;
    spoken.textContent = words;
    next_at = performance.now() + SPOKEN_EVERY_MS;
  };
  addEventListener("pagehide", () => panel.hide());
  return Object.assign(panel, {
    element,
    show(files) {
      label.textContent = files === 1 ? "Sending 1 file" : `Sending ${files} files`;
      bar.removeAttribute("value");
      element.hidden = false;
      tell("Beginning ...");
      element.scrollIntoView({ block: "nearest" });
    },
    sent(bytes, of) {
      Object.assign(bar, { max: of, value: bytes });
      tell(`${inMb(bytes, of)} of ${inMb(of)} MB sent`, false);
    },
    reading() {
      bar.removeAttribute("value");
      tell("All sent. Reading and checking ...");
    },
    hide() {
      element.hidden = true;
      tell("");
    },
  });
}

/** Megabytes in few digits: to a tenth where all is less than ten. */
function inMb(bytes, of = bytes) {
  return (bytes / BYTES_A_MB).toFixed(of < 10 * BYTES_A_MB ? 1 : 0);
}
