() => {
  // A mark [n] brings the card it names into view, also when that belongs to an earlier answer;
  // the card's own link leads back to the mark.
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  function focus(target) {
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }

  function open(card) {
    const shown = card.closest(".cw-turn");
    for (const turn of document.querySelectorAll(".cw-turn")) turn.hidden = turn !== shown;
    for (const other of document.querySelectorAll(".cw-card")) other.classList.toggle("cw-current", other === card);
    focus(card);
  }

  // The conversation follows its end while it grows, unless the reader has scrolled away from there.
  const chat = document.getElementById("cw-chat");
  let atEnd = true;
  chat.addEventListener("scroll", () => {
    atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  });
  new MutationObserver(() => {
    if (atEnd) chat.scrollTop = chat.scrollHeight;
  }).observe(chat, { childList: true, subtree: true, characterData: true });

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".cw-mark, .cw-back");
    if (!link) return;
    event.preventDefault();
    const target = document.getElementById(link.hash.slice(1));
    if (!target) return;
    if (link.matches(".cw-mark")) open(target);
    else focus(target);
  });
}
