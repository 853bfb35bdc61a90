() => {
  // The conversation follows its end while it grows, unless the reader has scrolled away from there. An answer longer
  // than the screen is shown from its question on, and a question just asked is always brought into view.
  const chat = document.getElementById("cw-chat");
  let follows = true;
  let asked = 0;
  const end = () => {
    const latest = document.querySelector("#cw-latest .cw-exchange");
    const last = chat.scrollHeight - chat.clientHeight;
    if (!latest) return last;
    return Math.min(last, chat.scrollTop + latest.getBoundingClientRect().top - chat.getBoundingClientRect().top);
  };
  chat.addEventListener("scroll", () => {
    follows = Math.abs(end() - chat.scrollTop) < 40;
  });
  new MutationObserver(() => {
    const now = chat.querySelectorAll(".cw-exchange").length;
    if (now > asked) follows = true;
    asked = now;
    if (follows) chat.scrollTop = end();
  }).observe(chat, { childList: true, subtree: true, characterData: true });
}
