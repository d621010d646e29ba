"use strict";
// A card, or the application's own page.
BX24.init(function () {
  const app = globalThis.Hotstart;
  const info = BX24.placement.info();
  const entity = app.entity(info.placement, info.options);
  if (entity) app.card(entity, app.options());
  else if (/^CRM_/.test(info.placement || "")) app.page(app.element("p", app.text("unknown")));
  else app.settings();
});
