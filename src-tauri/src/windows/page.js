// Runs before the scripts of a 1C publication, in its top frame only. It gives the page nothing: the program asks
// this object by evaluating scripts, and the page has no way to call the program.
(() => {
  if (window.top !== window || window.__hotstart) return;
  const state = { typed: false, session: null, target: null, before: null, title: null, changed: false, logout: "none", observer: null };
  const leaving = [];

  // "The page objects to leaving" can only be asked of its own handlers, so they are remembered as they register.
  const listen = EventTarget.prototype.addEventListener;
  const unlisten = EventTarget.prototype.removeEventListener;
  // As in the engine, the same handler registers only once: a page may register it anew for every change it makes.
  const captures = (options) => Boolean(typeof options === "object" && options ? options.capture : options);
  const known = (handler, options) =>
    leaving.findIndex((one) => one.handler === handler && one.capture === captures(options));
  EventTarget.prototype.addEventListener = function (type, handler, options) {
    if (type === "beforeunload" && (this === window || this == null) && handler && known(handler, options) < 0) {
      leaving.push({ handler, capture: captures(options) });
    }
    return listen.call(this ?? window, type, handler, options);
  };
  EventTarget.prototype.removeEventListener = function (type, handler, options) {
    if (type === "beforeunload" && (this === window || this == null)) {
      const at = known(handler, options);
      if (at >= 0) leaving.splice(at, 1);
    }
    return unlisten.call(this ?? window, type, handler, options);
  };
  const objects = () => {
    let objection = false;
    const event = {
      type: "beforeunload", cancelable: true, defaultPrevented: false, value: "",
      preventDefault() { objection = true; },
      get returnValue() { return this.value; },
      set returnValue(value) { this.value = value; if (value) objection = true; },
    };
    for (const handler of [window.onbeforeunload, ...leaving.map((one) => one.handler)]) {
      if (!handler) continue;
      try {
        const answer = typeof handler === "function" ? handler.call(window, event) : handler.handleEvent(event);
        if (answer) objection = true;
      } catch { objection = true; }
    }
    return objection;
  };

  const loginForm = () => [...document.querySelectorAll('input[type="password"]')].some((field) => field.offsetParent);
  // What is typed into the login form is nobody's unsaved work.
  listen.call(window, "input", (event) => { if (event.isTrusted && !loginForm()) state.typed = true; }, true);

  // A 1C web client carries its session in the query of every request.
  const session = (address) => {
    const found = /^(.*)\/e1cib\/.*[?&]seanceId=([^&#]+)/.exec(address);
    if (found && new URL(address).origin === location.origin) state.session = { root: found[1], id: found[2] };
  };
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => session(entry.name)))
    .observe({ type: "resource", buffered: true });

  // A click on an address of another origin asks for a window of its own, which passes the program's link gate;
  // a frame of another origin inside the page is left alone.
  listen.call(document, "click", (event) => {
    const link = event.isTrusted && event.target instanceof Element && event.target.closest("a[href]");
    if (!link || event.defaultPrevented) return;
    if (/^https?:$/.test(link.protocol) && link.origin !== location.origin && !link.target) {
      event.preventDefault();
      window.open(link.href, "_blank");
    }
  }, true);

  const hash = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

  Object.defineProperty(window, "__hotstart", { value: Object.freeze({
    // Goes to a place by the fragment alone; the answer comes by asking `followed` later.
    navigate(fragment) {
      const target = "#" + fragment;
      const same = hash(location.hash) === hash(target);
      state.observer?.disconnect();
      state.observer = null;
      if (same && state.target === target && state.title !== null && state.title === document.title) {
        state.changed = true;
        return "there";
      }
      state.target = target;
      state.before = document.title;
      state.title = null;
      state.changed = false;
      // Typed text of an earlier form stays ours to guard unless the page guards it itself.
      if (leaving.length || window.onbeforeunload) state.typed = false;
      const watch = () => {
        state.observer = new MutationObserver((changes) => {
          if (changes.some((change) => change.type === "childList" && change.addedNodes.length)) state.changed = true;
        });
        state.observer.observe(document.documentElement, { childList: true, subtree: true });
      };
      // The engine lets its display clock stand while nothing moves. Asked for a frame now, it runs by the time the form
      // is drawn; asked only then, the form would wait for a whole period of the clock.
      requestAnimationFrame(() => {});
      // The same fragment twice would not be told to the page: forget it first.
      if (same) history.replaceState(history.state, "", location.pathname + location.search);
      watch();
      location.hash = target;
      return "asked";
    },
    followed() {
      if (loginForm()) return "login";
      // A form that is open already is only brought to front: nothing is added to the page, but its title becomes another.
      if (!state.changed && document.title === state.before) return "no";
      if (state.title === null) state.title = document.title;
      return "yes";
    },
    settle() { state.title = document.title; state.observer?.disconnect(); state.observer = null; return "ok"; },
    // The root and the id of the session, each on a line of its own; nothing without one.
    session() { return state.session ? `${state.session.root}\n${state.session.id}` : ""; },
    login() { return loginForm() ? "yes" : "no"; },
    dirty() { return state.typed || objects() ? "yes" : "no"; },
    // How far the page is. The login form comes first: a session counts there already, but takes no link.
    // Words of the platform's own messages: there is no other sign of them in the page.
    trouble() {
      const text = document.body ? document.body.innerText.slice(0, 4000) : "";
      if (/свободн\S+ лицензи|лицензи\S+ не найден|license (is )?not found|no free license/i.test(text)) return "licence";
      if (/Начало сеанса с информационной базой запрещено|infobase session .*(denied|prohibited)/i.test(text)) return "locked";
      if (loginForm()) return "login";
      return state.session ? "none" : "unknown";
    },
    logout() {
      if (!state.session) return "none";
      if (state.logout === "none" || state.logout === "failed") {
        state.logout = "asked";
        fetch(`${state.session.root}/e1cib/logout?seanceId=${state.session.id}`, {
          method: "POST", keepalive: true, credentials: "same-origin",
          headers: { "Content-Type": "application/json" }, body: '{"root":{}}',
        }).then((answer) => { state.logout = answer.ok ? "done" : "failed"; }, () => { state.logout = "failed"; });
      }
      return state.logout;
    },
  }) });
})();
