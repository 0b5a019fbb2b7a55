// Every page: the size of the text, and nothing kept of what was read when a page is left.
"use strict";
(() => {
  const root = document.documentElement;
  const size = () => Number(root.dataset.size || 0);
  const set = (value) => { root.dataset.size = Math.max(-2, Math.min(3, value)); };
  set(Number(localStorage.getItem("storykeeper-size") || 0));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-size]");
    if (!button || button === root) return;
    set(size() + Number(button.dataset.size));
    localStorage.setItem("storykeeper-size", root.dataset.size);
  });
  // a page that comes back from the browser's memory may be of somebody who signed out since
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
})();
