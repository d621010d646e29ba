"use strict";
// The application's own page: what its administrator chose for everybody.
(function (app) {
  /** What was chosen. */
  app.options = function () {
    const text = (name) => String(BX24.appOption.get(name) || "");
    return { channel: text("channel") === "Y", publication: text("publication"), download: text("download") };
  };

  app.settings = function () {
    const options = app.options();
    if (!BX24.isAdmin()) {
      app.page(app.element("h1", "Hotstart"), app.element("p", app.text("admin")));
      return;
    }
    const channel = app.element("input", null, { type: "checkbox", checked: options.channel, id: "channel" });
    const publication = address("publication", options.publication);
    const download = address("download", options.download);
    const said = app.element("p", null, { className: "quiet" });
    said.setAttribute("role", "status");
    const save = app.element("button", app.text("save"), { className: "button", type: "button", id: "save" });
    save.addEventListener("click", function () {
      const wrong = [publication, download].some((field) => field.value.trim() && !app.address(field.value));
      said.textContent = app.text(wrong ? "wrong" : "saved");
      if (wrong) return;
      BX24.appOption.set("channel", channel.checked ? "Y" : "N");
      for (const field of [publication, download]) BX24.appOption.set(field.id, field.value.trim());
    });
    const first = app.element("label");
    first.append(channel, " " + app.text("channel"));
    app.page(
      app.element("h1", app.text("settings")),
      first,
      labelled(publication),
      labelled(download),
      save,
      said,
    );
  };

  function address(id, value) {
    return app.element("input", null, { type: "url", id, value });
  }

  function labelled(field) {
    const label = app.element("label", app.text(field.id));
    label.append(field);
    return label;
  }
})((globalThis.Hotstart = globalThis.Hotstart || {}));
