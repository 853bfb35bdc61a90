() => {
  // The conversation follows its end while it grows, unless the reader has scrolled away from there.
  const chat = document.getElementById("cw-chat");
  let atEnd = true;
  chat.addEventListener("scroll", () => {
    atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40;
  });
  new MutationObserver(() => {
    if (atEnd) chat.scrollTop = chat.scrollHeight;
  }).observe(chat, { childList: true, subtree: true, characterData: true });
}
