() => {
  // The conversation follows its end while it grows, unless the reader has scrolled away from there. A question that has
  // just been asked, and a conversation that has just been opened, are come to from wherever one was.
  const chat = document.getElementById("cw-chat");
  let atEnd = true;
  let before = { count: 0, busy: false };
  chat.addEventListener("scroll", () => {
    atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  });
  new MutationObserver(() => {
    const now = {
      count: chat.querySelectorAll(".cw-exchange").length,
      busy: chat.querySelector(".cw-exchange[aria-busy]") !== null,
    };
    if (now.count > before.count || (now.busy && !before.busy)) atEnd = true;
    before = now;
    if (atEnd) chat.scrollTop = chat.scrollHeight;
  }).observe(chat, { childList: true, subtree: true, characterData: true });
}
