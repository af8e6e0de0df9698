// Elements of the page, made with what they say as text and never as markup.

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; `class`, `text` and attributes as named, then its children. */
export function made(name, { text, ...attributes } = {}, ...children) {
  return filled(document.createElement(name), attributes, text, children);
}

/** The same in SVG. */
export function svg(name, { text, ...attributes } = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, text, children);
}

function filled(element, attributes, text, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== false)
      element.setAttribute(key, value === true ? "" : value);
  }
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

/** A button of the design system that does `act`. */
export function button(text, act, more = {}) {
  const one = made("button", {
    type: "button",
    class: "govuk-button govuk-button--secondary app-map__button",
    text,
    ...more,
  });
  one.addEventListener("click", act);
  return one;
}
