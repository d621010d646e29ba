"use strict";
// Whether something came to the front after a click: no port of this computer is asked, the page only sees its own focus.
(function (app) {
  app.PATIENCE = 1500;

  /** Calls `missing` if the page keeps the focus; returns a function that gives up waiting. */
  app.watch = function (missing) {
    let gone = false;
    const note = function () {
      gone = true;
    };
    const hidden = function () {
      gone = gone || document.visibilityState === "hidden";
    };
    const end = function () {
      clearTimeout(timer);
      window.removeEventListener("blur", note);
      window.removeEventListener("pagehide", note);
      document.removeEventListener("visibilitychange", hidden);
    };
    const timer = setTimeout(function () {
      end();
      if (!gone && document.hasFocus()) missing();
    }, app.PATIENCE);
    window.addEventListener("blur", note);
    window.addEventListener("pagehide", note);
    document.addEventListener("visibilitychange", hidden);
    return end;
  };
})((globalThis.Hotstart = globalThis.Hotstart || {}));
