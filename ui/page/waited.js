() => {
  // Beside what is being done stands for how long, once it takes longer than a moment: a slow model is not a dead one.
  // It is for the eye; what is read aloud are the words of the line.
  const TOLD_AFTER_S = 3;
  const line = document.getElementById("cw-status");
  let since = 0;
  let timer = 0;

  function tell() {
    const seconds = Math.floor((performance.now() - since) / 1000);
    if (seconds >= TOLD_AFTER_S) line.style.setProperty("--cw-waited", `" ${seconds} s"`);
  }

  new MutationObserver(() => {
    const busy = line.querySelector(".cw-busy") !== null;
    if (busy && !timer) {
      since = performance.now();
      timer = setInterval(tell, 1000);
    } else if (!busy && timer) {
      clearInterval(timer);
      timer = 0;
      line.style.removeProperty("--cw-waited");
    }
  }).observe(line, { childList: true, subtree: true, characterData: true });
}
