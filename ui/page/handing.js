() => {
  // A button that goes away once it is pressed hands the focus on, so that whoever goes by keyboard is not led back to
  // the top of the page. Whoever has gone elsewhere meanwhile stays there.
  const HEIRS = {
    "cw-send": "cw-stop",
    "cw-retry": "cw-stop",
    "cw-stop": "cw-send",
    "cw-articles-newer": "cw-articles-stop",
    "cw-articles-other": "cw-articles-stop",
    "cw-articles-neither": "cw-articles-fetch",
    "cw-articles-stop": "cw-articles-fetch",
    "cw-kept-open": "cw-tab-ask-button",
    "cw-kept-delete": "cw-kept-undo",
  };
  const EXAMPLE = ".cw-example";
  let pressed = null;

  const shown = (element) => element !== null && element.getClientRects().length > 0;

  function heir(button) {
    const id = button.matches(EXAMPLE) ? "cw-stop" : HEIRS[button.id];
    return id ? document.getElementById(id) : null;
  }

  document.addEventListener("focusin", (event) => {
    pressed = event.target.id in HEIRS || event.target.matches(EXAMPLE) ? event.target : null;
  });
  document.addEventListener("pointerdown", (event) => {
    if (pressed && !pressed.contains(event.target)) pressed = null;
  });

  new MutationObserver(() => {
    if (pressed === null || document.activeElement !== document.body || shown(pressed)) return;
    const next = heir(pressed);
    if (shown(next)) next.focus({ preventScroll: true });
  }).observe(document.body, { childList: true, subtree: true, attributeFilter: ["class", "style", "hidden"] });
}
