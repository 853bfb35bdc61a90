() => {
  // A mark [n] brings the card it names into view, also when that belongs to an earlier answer;
  // the card's own link leads back to the mark.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const panel = document.getElementById("cw-sources");
  const TALL = 0.8; // of the window's height: of such a card the cited words are shown, not its top

  let chosen = { turn: null, card: null, of: 0 }; // what was last clicked, while there were `of` answers
  const opened = new Set(); // lists on demand that are open

  function focus(target, shown = target) {
    target.focus({ preventScroll: true });
    const block = shown === target ? "nearest" : "center";
    shown.scrollIntoView({ block, behavior: calm.matches ? "auto" : "smooth" });
  }

  const turns = () => [...panel.querySelectorAll(".cw-turn")];

  // What was chosen and opened stays so when the panel is drawn again for an answer that grows. Only what
  // differs is touched: each touch is a change of its own.
  function restore() {
    const all = turns();
    if (!all.length) opened.clear();
    if (all.length !== chosen.of) chosen = { turn: null, card: null, of: all.length };
    const shown = all.find((turn) => turn.dataset.cwTurn === chosen.turn) ?? all.at(-1);
    for (const turn of all) if (turn.hidden !== (turn !== shown)) turn.hidden = turn !== shown;
    for (const card of panel.querySelectorAll(".cw-card"))
      if (card.classList.contains("cw-current") !== (card.id === chosen.card)) card.classList.toggle("cw-current");
    for (const list of panel.querySelectorAll("details[data-cw-keep]"))
      if (list.open !== opened.has(list.dataset.cwKeep)) list.open = !list.open;
  }

  function open(card) {
    chosen = { turn: card.closest(".cw-turn").dataset.cwTurn, card: card.id, of: turns().length };
    restore();
    const words = card.offsetHeight > innerHeight * TALL ? card.querySelector("mark") : null;
    focus(card, words ?? card);
  }

  new MutationObserver(restore).observe(panel, {
    childList: true,
    subtree: true,
    attributeFilter: ["open", "hidden", "class", "data-cw-keep", "id"],
  });

  document.addEventListener("click", (event) => {
    const list = event.target.closest?.("summary")?.parentElement;
    if (list?.dataset.cwKeep) {
      if (list.open) opened.delete(list.dataset.cwKeep);
      else opened.add(list.dataset.cwKeep);
      return;
    }
    const link = event.target.closest?.(".cw-mark, .cw-back, .cw-dot");
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    if (link.matches(".cw-back")) focus(target);
    else open(target);
  });
}
