"use strict";
// The start of a page: session, types, sections, first form; and the screens in place of the work when there is none.
(() => {
  const { make } = Forms;
  const screen = document.getElementById("screen");
  const base = document.body.dataset.title;
  const query = new URLSearchParams(location.search);

  function state(name) {
    document.body.dataset.state = name;
    screen.hidden = name === "working";
  }

  const progress = (text) => {
    const line = document.getElementById("progress");
    if (line) line.textContent = text;
  };

  function notice(name, heading, text, again) {
    screen.replaceChildren(make("div", { class: "box", id: name },
      make("h1", {}, heading), ...text.split("\n").map((line) => make("p", {}, line)),
      ...(again ? [make("button", { id: "retry", class: "main button", onclick: again }, "Повторить")] : [])));
    document.title = heading + " - " + base;
    state(name);
  }

  function refuse(refused, again) {
    if (refused.code === "updated") return updated(refused);
    const [heading, ...rest] = refused.message.split("\n");
    const names = { no_licence: "no-licence", locked: "locked", offline: "offline" };
    return notice(names[refused.code] || "failed", heading.replace(/\.$/, ""), rest.join("\n"), again);
  }

  // Shows the login form and waits until somebody has signed in.
  async function form(text) {
    const users = await Server.users();
    await new Promise((entered) => {
      const told = make("p", { id: "loginError", class: "error" });
      const user = make("input", { id: "userName", list: "users", value: users[1] || "", autocomplete: "off" });
      const word = make("input", { id: "userPassword", type: "password", autocomplete: "off" });
      const submit = async (event) => {
        event.preventDefault();
        try {
          await Server.signIn(user.value, word.value);
          entered();
        } catch (refused) {
          if (refused.code === "unknown_seance" || refused.code === "ended_seance") return renew().then(entered);
          if (refused.code === "updated") return updated(refused);
          told.textContent = refused.message.split("\n").pop();
          word.select();
        }
        return undefined;
      };
      screen.replaceChildren(make("form", { class: "box", id: "login", onsubmit: submit },
        make("h1", {}, "Доступ к информационной базе"), make("p", { class: "base" }, base), ...(text ? [make("p", { class: "lost" }, text)] : []),
        make("label", { for: "userName" }, "Пользователь:"), user, make("datalist", { id: "users" }, ...users.map((name) => make("option", { value: name }))),
        make("label", { for: "userPassword" }, "Пароль:"), word, told,
        make("div", { class: "buttons" }, make("button", { id: "okButton", class: "main button" }, "Войти"))));
      document.title = "Доступ к информационной базе - " + base;
      state("login");
      (user.value ? word : user).focus();
      requestAnimationFrame(() => requestAnimationFrame(() => Server.painted("login", "", false)));
    });
  }

  // Begins a session again after the server forgot it; open windows and unsaved changes stay.
  let renewing = null;
  function renew() {
    renewing = renewing || again().finally(() => { renewing = null; });
    return renewing;
  }

  async function again() {
    for (;;) {
      try {
        await Server.begin("form");
        break;
      } catch (refused) {
        await new Promise((retry) => refuse(refused, retry));
      }
    }
    await form("Сеанс отсутствует или удален. Войдите, чтобы продолжить работу.");
    state("working");
    Windows.retitle();
  }

  // The base was updated: the page is too old for it and loads itself anew. What is unsaved makes the browser ask first;
  // who stays then sees the notice below.
  function updated(refused) {
    const [heading, ...rest] = refused.message.split("\n");
    const reload = () => location.reload();
    notice("updated", heading.replace(/\.$/, ""), rest.join("\n"), reload);
    reload();
  }

  function ended() {
    notice("ended", "Сеанс завершён", "Сеанс работы завершён. Закройте окно или начните работу заново.", null);
  }

  function hash() {
    const text = location.hash.slice(1);
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  function sections(list) {
    const panel = document.getElementById("sections");
    for (const section of list) {
      panel.append(make("button", { "data-section": section.name, onclick: () => Windows.go("e1cib/navigationpoint/" + section.name, "click") },
        make("i", {}, section.icon), make("span", {}, section.title)));
    }
  }

  function commands() {
    const box = document.getElementById("search");
    const found = document.getElementById("found");
    box.addEventListener("input", () => {
      const hits = Registry.search(box.value);
      found.replaceChildren(...hits.map((hit) => make("button", { onclick: () => {
        found.hidden = true;
        box.value = "";
        Windows.go(hit.link, "click");
      } }, hit.title)));
      found.hidden = hits.length === 0;
    });
    document.getElementById("home").addEventListener("click", () => Windows.go("e1cib/navigationpoint/startpage", "click"));
    document.getElementById("exit").addEventListener("click", () => Server.logout().then(ended, ended));
    document.addEventListener("keydown", (event) => {
      if (event.shiftKey && event.key === "F11") {
        event.preventDefault();
        goTo();
      }
      if (event.shiftKey && event.ctrlKey && event.code === "KeyF") {
        event.preventDefault();
        box.focus();
      }
    });
  }

  // "Go to link", Shift+F11.
  function goTo() {
    const link = make("input", { id: "gotoLink", size: 60 });
    const dialog = make("dialog", { id: "goto" }, make("form", { method: "dialog", onsubmit: () => {
      const [, internal] = /(e1cib\/.*)$/.exec(link.value.trim()) || [];
      Windows.go(internal || link.value.trim(), "click");
    } }, make("p", {}, "Перейти по ссылке"), link, make("button", { class: "main button" }, "Перейти")));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  const pause = Number(document.body.dataset.ping) * 1000;

  function alive() {
    if (document.body.dataset.state === "working" && Server.silent >= pause) Server.ping().catch(() => {});
  }

  async function start() {
    progress("Начало сеанса");
    const begun = await Server.begin("auto");
    if (begun.state === "form") await form("");
    state("loading");
    progress("Загрузка платформы");
    const modules = E1C.start();
    const work = await Server.start(modules);
    progress("Загрузка конфигурации");
    const [metadata, panel] = await Promise.all([Server.metadata(), Server.sections()]);
    Registry.build(metadata);
    Windows.base = work.title;
    document.getElementById("user").textContent = work.user;
    document.body.classList.toggle("workplace", /workplace$/i.test(query.get("MainWindowMode") || ""));
    sections(panel.sections);
    commands();
    state("working");
    const first = hash();
    await Windows.go(first || "e1cib/navigationpoint/startpage", "start");
    // A link that came while the page was loading is not lost.
    if (hash() && hash() !== first) await Windows.go(hash(), "hash");
    window.addEventListener("hashchange", () => {
      const link = hash();
      if (link) Windows.go(link, "hash");
    });
    setInterval(alive, pause);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) alive(); });
  }

  Server.onLost(renew);
  Server.onEnded(ended);
  Server.onUpdated(updated);
  const run = () => start().catch((refused) => refuse(refused, () => location.reload()));
  run();
})();
