() => {
  // "Link to this question" copies its address; where the browser has no clipboard to give, or a key asks for another
  // tab, it is a link like any. Other scripts have something said by a "cw-say" event with the words as its detail.
  const said = document.createElement("div");
  said.className = "cw-said";
  said.setAttribute("role", "status");
  document.body.append(said);
  let timer = 0;

  function say(words) {
    said.textContent = words;
    clearTimeout(timer);
    timer = setTimeout(() => (said.textContent = ""), 4000);
  }

  document.addEventListener("cw-say", (event) => say(String(event.detail)));

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".cw-link");
    if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    navigator.clipboard.writeText(link.href).then(
      () => say("The link is copied."),
      () => window.open(link.href, "_blank", "noopener"),
    );
  });
}
