"use strict";
// Once, by an administrator: the page goes into the cards of CRM.
BX24.init(function () {
  const app = globalThis.Hotstart;
  if (!BX24.isAdmin()) {
    app.page(app.element("p", app.text("rights")));
    return;
  }
  const handler = new URL("index.html", location.href);
  handler.search = handler.hash = "";
  BX24.callMethod("crm.type.list", {}, function (result) {
    const types = result.error() ? [] : result.data().types || [];
    const numbers = types.map((type) => Number(type.entityTypeId)).filter((number) => number >= 128);
    bind(app.places(numbers), handler.href);
  });

  /** Fifty places to a request. */
  function bind(places, handler, done = { bound: [], already: [], failed: [] }) {
    const batch = {};
    for (const place of places.slice(0, 50)) {
      const params = { PLACEMENT: place, HANDLER: handler, TITLE: app.text("open") };
      params.LANG_ALL = { ru: { TITLE: "Открыть в 1С" }, en: { TITLE: "Open in 1C" } };
      batch[place] = ["placement.bind", params];
    }
    BX24.callBatch(batch, function (results) {
      for (const place of Object.keys(batch)) {
        const error = results[place] && results[place].error();
        const text = String(error || "");
        if (results[place] && !error) done.bound.push(place);
        else if (/already/i.test(text)) done.already.push(place);
        else done.failed.push(`${place} (${text})`);
      }
      const left = places.slice(50);
      if (left.length > 0) bind(left, handler, done);
      else show(done);
    });
  }

  function show(done) {
    const children = [app.element("h1", app.text("install"))];
    children.push(app.element("p", `${app.text("bound")} ${done.bound.length}`, { id: "bound" }));
    if (done.already.length > 0) children.push(app.element("p", `${app.text("already")} ${done.already.length}`));
    if (done.failed.length > 0) {
      children.push(app.element("p", app.text("failed"), { className: "help failed" }));
      const list = app.element("ul", null, { id: "failed" });
      for (const text of done.failed) list.append(app.element("li", text));
      children.push(list);
    }
    app.page(...children);
    if (done.bound.length + done.already.length > 0) BX24.installFinish();
  }
});
