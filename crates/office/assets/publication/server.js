"use strict";
// Calls to the server. Every call but the first carries the session; a lost session asks for the login form once.
class Refused extends Error {
  constructor(status, code, text) {
    super(text);
    this.status = status;
    this.code = code;
  }
}

const Server = (() => {
  const load = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const root = location.pathname;
  // The address of the publication, wherever it is mounted: without the language.
  const publication = root.replace(/[^/]+\/$/, "");
  const release = document.body.dataset.release;
  let seance = "";
  let heard = 0;
  let seq = 0;
  let renew = () => Promise.reject(new Refused(0, "closed", "Сеанс закрыт"));
  let ended = () => {};
  let updated = () => {};

  function address(call, parameters) {
    const query = new URLSearchParams(parameters);
    if (seance) query.set("seanceId", seance);
    return root + "e1cib/" + call + "?" + query;
  }

  async function once(method, call, parameters, body) {
    const answer = await fetch(address(call, parameters), { method, body, cache: method === "GET" ? "no-cache" : "default" })
      .catch(() => { throw new Refused(0, "offline", "Сервер не отвечает. Проверьте соединение с сетью."); });
    heard = Date.now();
    if (answer.ok) return answer;
    const exception = await answer.json().then((value) => value.root.exception, () => null);
    throw exception
      ? new Refused(answer.status, exception.code, exception.descr)
      : new Refused(answer.status, "http", "Ошибка сервера " + answer.status);
  }

  async function call(method, name, parameters, body) {
    try {
      return await once(method, name, parameters, body);
    } catch (refused) {
      if (refused.code === "ended_seance") ended();
      if (refused.code === "updated") updated(refused);
      if (refused.code !== "unknown_seance" && refused.code !== "not_signed_in") throw refused;
      await renew();
      return once(method, name, parameters, body);
    }
  }

  const wrapped = (value) => JSON.stringify({ root: value });
  const read = (answer) => answer.json().then((value) => value.root);

  // Begins a session: takes a licence even when only the login form is shown.
  async function begin(cred) {
    seance = "";
    const begun = await once("POST", "login", { version: "8.3.27.1559", cred, vl: "ru_RU", clnId: load, release }, wrapped({})).then(read);
    seance = begun.seanceId;
    return begun;
  }

  // Tells what is on the screen; called at the second frame after drawing.
  function painted(screen, nav, dirty) {
    const page_us = Math.round((performance.timeOrigin + performance.now()) * 1000);
    seq += 1;
    const body = JSON.stringify({ load, seq, nav, title: document.title, page_us, dirty, screen,
      workplace: document.body.classList.contains("workplace") });
    fetch(publication + "beacon?seanceId=" + seance, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  return {
    begin,
    painted,
    address,
    get seance() { return seance; },
    get silent() { return Date.now() - heard; },
    onLost(ask) { renew = ask; },
    onEnded(show) { ended = show; },
    onUpdated(show) { updated = show; },
    signIn: (usr, pwd) => once("POST", "login", { cred: "form" }, wrapped({ usr, pwd })).then(read),
    users: () => once("GET", "users", {}).then((answer) => answer.text()).then((text) => text.split("\r\n")),
    start: (modules) => call("POST", "start", {}, wrapped({ modules })).then(read),
    metadata: () => call("GET", "metadata", {}).then(read),
    sections: () => call("GET", "sections", {}).then(read),
    form: (link, reason) => call("POST", "form", {}, wrapped({ link, reason })).then(read),
    write: (link, fields) => call("POST", "write", {}, wrapped({ link, fields })).then(read),
    attach: (file) => call("POST", "attach", { name: file.name }, file).then(read),
    ping: () => call("POST", "ping", {}, wrapped({})),
    logout: () => once("POST", "logout", {}, wrapped({})),
  };
})();
