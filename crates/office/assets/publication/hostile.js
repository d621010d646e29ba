"use strict";
// A page that wants what no page of a publication may have. Served only when the control asks for it; what came of each
// attempt is reported to the office.
(() => {
  const report = {};
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const attempt = async (name, deed) => {
    try {
      const outcome = await Promise.race([Promise.resolve(deed()), wait(1500).then(() => "silent")]);
      report[name] = "got: " + String(outcome).slice(0, 200);
    } catch (error) {
      report[name] = "refused: " + String(error && error.message || error).slice(0, 200);
    }
  };
  const commands = ["view", "perform", "plugin:app|version", "plugin:event|emit", "plugin:event|listen",
    "plugin:image|new", "plugin:menu|new", "plugin:path|resolve_directory", "plugin:resources|close",
    "plugin:tray|new", "plugin:webview|create_webview_window", "plugin:webview|set_webview_zoom",
    "plugin:window|close", "plugin:window|create", "plugin:window|get_all_windows"];
  const ask = (scope, command) => {
    if (!scope.__TAURI_INTERNALS__) throw new Error("nothing to ask");
    return scope.__TAURI_INTERNALS__.invoke(command, { command: { do: "dismissFailure" }, event: "x", payload: 1 });
  };
  const frame = async (name, command) => {
    const inner = document.createElement("iframe");
    document.body.append(inner);
    try {
      await attempt(name, () => ask(inner.contentWindow, command));
    } finally {
      inner.remove();
    }
  };
  const leave = async (name, address) => {
    // The script goes on only in a page that is still there.
    await attempt(name, async () => { location.href = address; await wait(300); throw new Error("still here"); });
  };
  const opened = async (name, address) => {
    await attempt(name, async () => {
      const made = window.open(address, "_blank");
      await wait(200);
      if (!made) throw new Error("no window");
      const text = String(made.location.href);
      made.close();
      return text;
    });
  };

  async function play() {
    await attempt("global", () => { if (typeof window.__TAURI__ === "undefined") throw new Error("none"); return "there"; });
    for (const command of commands) await attempt("invoke " + command, () => ask(window, command));
    await frame("frame view", "view");
    await frame("frame perform", "perform");
    await attempt("raw message", async () => {
      const post = window.ipc?.postMessage ?? window.webkit?.messageHandlers?.ipc?.postMessage;
      if (!post) throw new Error("no channel");
      let answered = null;
      window._hostileCallback = (answer) => { answered = answer; };
      window.webkit?.messageHandlers?.ipc?.postMessage(JSON.stringify({ cmd: "view", callback: 1, error: 2, payload: {}, options: {} }));
      await wait(400);
      if (answered === null) throw new Error("no answer");
      return answered;
    });
    for (const address of ["ipc://localhost/view", "http://ipc.localhost/view", "tauri://localhost/index.html"]) {
      await attempt("fetch " + address, async () => {
        const answer = await fetch(address, { method: address.startsWith("tauri") ? "GET" : "POST", body: address.startsWith("tauri") ? undefined : "{}" });
        const text = await answer.text();
        if (!answer.ok) throw new Error(answer.status + " " + text);
        return answer.status + " " + text;
      });
    }
    for (const address of ["http://tauri.evil.example/", "http://app.localhost/", "http://tauri.localhost/", "tauri://localhost/",
      "file:///etc/passwd", "smb://evil.example/share", "ms-settings:", "vscode://x", "javascript:void(document.title='taken')"]) {
      await leave("go " + address, address);
    }
    for (const address of ["javascript:document.write(1)", "file:///etc/passwd", "vscode://x", "http://evil.example/"]) {
      await opened("open " + address, address);
    }
    await attempt("flood of windows", async () => {
      let made = 0;
      for (let at = 0; at < 30; at += 1) if (window.open("about:blank", "_blank")) made += 1;
      if (made === 0) throw new Error("none");
      return made;
    });
    await attempt("flood of links", async () => {
      for (let at = 0; at < 60; at += 1) {
        location.href = "hotstart://b24/" + document.body.dataset.portal + "/crm/deal/details/" + (at + 1) + "/";
        await wait(5);
      }
      throw new Error("sent");
    });
    await attempt("camera", async () => { await navigator.mediaDevices.getUserMedia({ video: true, audio: true }); return "stream"; });
    await attempt("place", () => new Promise((done, failed) => navigator.geolocation.getCurrentPosition(done, (error) => failed(error))));
    await attempt("notifications", async () => {
      const answer = await Notification.requestPermission();
      if (answer !== "granted") throw new Error(answer);
      return answer;
    });
    const root = location.pathname.split("/").slice(0, -2).join("/");
    await fetch(root + "/hostile", { method: "POST", body: JSON.stringify(report) });
  }
  const begun = setInterval(() => {
    if (document.body.dataset.state === "loading") return;
    clearInterval(begun);
    setTimeout(play, 700);
  }, 100);
})();
