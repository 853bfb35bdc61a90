() => {
  // The conversation follows its end while it grows, unless the reader has scrolled away from there. An answer longer
  // than the screen is shown from its question on. A question that has just been asked, and a conversation that has just
  // been opened, are come to from wherever one was.
  const chat = document.getElementById("cw-chat");
  let follows = true;
  let before = { count: 0, busy: false };
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
    const now = {
      count: chat.querySelectorAll(".cw-exchange").length,
      busy: chat.querySelector(".cw-exchange[aria-busy]") !== null,
    };
    if (now.count > before.count || (now.busy && !before.busy)) follows = true;
    before = now;
    if (follows) chat.scrollTop = end();
  }).observe(chat, { childList: true, subtree: true, characterData: true });
}
