"use strict";
// The open windows: tabs, the active form, titles, unsaved changes, and going to a link.
const Windows = (() => {
  const { make } = Forms;
  const tabs = [];
  const most = 12;
  let active = null;
  let asked = 0;
  let used = 0;
  let created = 0;
  let shown = 0;
  let base = document.body.dataset.title;

  const element = (id) => document.getElementById(id);

  function say(text) {
    const box = element("message");
    box.replaceChildren(make("span", {}, text), make("button", { title: "Закрыть", onclick: () => { box.hidden = true; } }, "×"));
    box.hidden = false;
  }

  function retitle() {
    document.title = active ? active.form.title + (active.dirty ? " *" : "") + " - " + base : base;
  }

  // The browser asks before leaving only while something is unsaved.
  function object(event) {
    event.preventDefault();
    event.returnValue = "";
  }

  function guard() {
    if (tabs.some((tab) => tab.dirty)) window.addEventListener("beforeunload", object);
    else window.removeEventListener("beforeunload", object);
  }

  function mark(tab, dirty) {
    if (tab.dirty === dirty) return;
    tab.dirty = dirty;
    tab.label.textContent = tab.form.title + (dirty ? " *" : "");
    tab.button.classList.toggle("dirty", dirty);
    guard();
    if (tab === active) retitle();
  }

  // After two frames the picture is on the screen; a form that was replaced before its first frame was never seen.
  function report(tab, nav) {
    const turn = ++shown;
    requestAnimationFrame(() => {
      if (turn !== shown) return;
      requestAnimationFrame(() => Server.painted("form", nav, tab.dirty));
    });
  }

  function activate(tab, nav) {
    if (active) active.button.classList.remove("active");
    active = tab;
    tab.used = ++used;
    tab.button.classList.add("active");
    element("work").replaceChildren(tab.element);
    tab.button.scrollIntoView({ block: "nearest", inline: "nearest" });
    retitle();
    report(tab, nav);
  }

  function fill(tab, form) {
    tab.form = form;
    tab.element = Forms.draw(form, {
      open: (link) => go(link, "click"),
      command: (name) => command(tab, name),
      typed: () => mark(tab, true),
      attach: (file, told) => attach(file, told),
    });
    tab.label.textContent = form.title;
    tab.button.title = form.title;
    mark(tab, false);
  }

  function add(key) {
    const label = make("span", { class: "label" });
    const tab = { key, form: null, element: null, dirty: false, used: 0, label };
    const close = make("span", { class: "close", title: "Закрыть", onclick: (event) => {
      event.stopPropagation();
      ask(tab);
    } }, "×");
    tab.button = make("div", { class: "tab", role: "tab", onclick: () => activate(tab, tab.form.nav) }, label, ...(key === "home" ? [] : [close]));
    tabs.push(tab);
    element("tabs").append(tab.button);
    trim();
    return tab;
  }

  // Keeps the number of windows small: the clean one that was not used for the longest time goes.
  function trim() {
    if (tabs.length <= most) return;
    const clean = tabs.filter((tab) => !tab.dirty && tab !== active && tab.key !== "home" && tab.form);
    clean.sort((one, other) => one.used - other.used);
    if (clean.length) drop(clean[0]);
  }

  function drop(tab) {
    tabs.splice(tabs.indexOf(tab), 1);
    tab.button.remove();
    guard();
    if (tab !== active) return;
    active = null;
    if (!tabs.length) {
      element("work").replaceChildren();
      go("e1cib/navigationpoint/startpage", "click");
      return;
    }
    const last = tabs.reduce((one, other) => (one.used > other.used ? one : other));
    activate(last, last.form.nav);
  }

  function ask(tab) {
    if (!tab.dirty) return drop(tab);
    activate(tab, tab.form.nav);
    const dialog = make("dialog", { id: "unsaved" }, make("p", {}, "Данные были изменены. Сохранить изменения?"));
    const choice = (id, text, then) => make("button", { id, class: "button", onclick: async () => {
      dialog.remove();
      await then();
    } }, text);
    dialog.append(
      choice("unsavedYes", "Да", async () => { if (await write(tab)) drop(tab); }),
      choice("unsavedNo", "Нет", () => drop(tab)),
      choice("unsavedCancel", "Отмена", () => {}),
    );
    document.body.append(dialog);
    dialog.showModal();
  }

  // Shows a form: in its tab when there is one. Unsaved changes there stay as they are.
  function show(form, nav, front) {
    const key = form.kind === "new" ? form.key + "/" + ++created : form.key;
    const known = tabs.find((tab) => tab.key === key);
    const tab = known || add(key);
    if (!known || !tab.dirty) fill(tab, form);
    if (front || !active) activate(tab, nav);
  }

  // The newest link asked for comes to the front, in whatever order the answers arrive.
  async function go(link, reason) {
    const turn = ++asked;
    try {
      const form = await Server.form(link, reason);
      if (!form.ignored) show(form, link, turn === asked);
    } catch (refused) {
      if (refused.code !== "ended_seance" && refused.code !== "updated") say(refused.message);
    }
  }

  async function write(tab) {
    try {
      const form = await Server.write(tab.form.nav, Forms.values(tab.element));
      const twin = tabs.find((other) => other !== tab && other.key === form.key);
      if (twin && !twin.dirty) drop(twin);
      tab.key = form.key;
      fill(tab, form);
      if (tab === active) activate(tab, form.nav);
      return true;
    } catch (refused) {
      if (refused.code !== "ended_seance" && refused.code !== "updated") say(refused.message);
      return false;
    }
  }

  async function command(tab, name) {
    const full = tab.form.nav.replace("e1cib/list/", "e1cib/data/");
    if (name === "write") await write(tab);
    if (name === "write-close" && await write(tab)) drop(tab);
    if (name === "create") await go(full, "click");
    if (name === "print") window.open(Server.address("print", { link: tab.form.nav }), "_blank", "width=820,height=900");
    if (name === "reread") {
      if (tab.dirty) say("Данные изменены и не записаны.");
      else await go(tab.form.nav, "click");
    }
  }

  async function attach(file, told) {
    told.textContent = "Передача файла";
    try {
      const kept = await Server.attach(file);
      told.textContent = kept.name + ", " + Math.ceil(kept.size / 1024) + " КБ";
    } catch (refused) {
      told.textContent = refused.message;
    }
  }

  return { go, say, retitle, set base(title) { base = title; }, get count() { return tabs.length; } };
})();
