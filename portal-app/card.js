"use strict";
// The page of a card: what 1C holds of the entity, and the button.
(function (app) {
  function calls(entity) {
    return {
      item: ["crm.item.get", { entityTypeId: entity.number, id: entity.id, useOriginalUfNames: "Y" }],
      fields: ["crm.item.fields", { entityTypeId: entity.number, useOriginalUfNames: "Y" }],
      activities: [
        "crm.activity.list",
        {
          filter: { OWNER_TYPE_ID: entity.number, OWNER_ID: entity.id, PROVIDER_ID: "CRM_EXTERNAL_CHANNEL" },
          select: ["ID", "SUBJECT", "ORIGINATOR_ID", "PROVIDER_PARAMS"],
        },
      ],
      connectors: ["crm.externalchannel.connector.list", {}],
      me: ["profile", {}],
    };
  }

  app.card = function (entity, options) {
    BX24.callBatch(calls(entity), function (results) {
      const failed = [];
      const data = function (name) {
        const result = results[name];
        if (result && !result.error()) return result.data();
        // Portals without the connector of 1C have no such method, and nobody misses it.
        if (name !== "connectors") failed.push(name);
        return null;
      };
      const [item, fields] = [data("item"), data("fields")];
      const objects = app.objects(
        item && item.item,
        fields && fields.fields,
        data("activities"),
        data("connectors"),
        options.publication,
      );
      const me = data("me");
      show(entity, options, objects, me && String(me.ID), failed);
    });
  };

  function show(entity, options, objects, me, failed) {
    const link = app.link(BX24.getDomain(), entity);
    const help = app.element("section", null, { className: "help", hidden: true });
    help.setAttribute("role", "status");
    const button = app.element("a", app.text("open"), { className: "button", href: link || "#", id: "open" });
    let waiting = function () {};
    button.addEventListener("click", function (event) {
      help.hidden = true;
      const command = Boolean(options.channel && me);
      if (command || !link) event.preventDefault();
      if (command) send(entity, me, help, link);
      waiting();
      waiting = app.watch(function () {
        missing(help, options, objects, command ? link : null);
      });
    });
    const children = [app.element("h1", app.text("title")), list(objects), button, help];
    if (failed.length > 0) {
      const text = `${app.text("partly")} ${failed.join(", ")}`;
      children.push(app.element("p", text, { className: "help failed" }));
    }
    app.page(...children);
  }

  function list(objects) {
    if (objects.length === 0) return app.element("p", app.text("none"), { className: "quiet" });
    const list = app.element("ul");
    for (const object of objects) {
      const row = app.element("li", object.title);
      row.append(app.element("div", object.kind, { className: "kind" }));
      list.append(row);
    }
    return list;
  }

  /** To the program of this very user, over the channel of the application. */
  function send(entity, me, help, link) {
    const id = Number(entity.id);
    const params = { COMMAND: "hotstart.open", PARAMS: { type: entity.word, id }, MODULE_ID: "application", USER_ID: me };
    BX24.callMethod("pull.application.event.add", params, function (result) {
      if (result.error()) tell(help, [app.element("p", String(result.error())), again(link)]);
      else if (help.hidden) tell(help, [app.element("p", app.text("sent"))]);
    });
  }

  function missing(help, options, objects, link) {
    const parts = [app.element("p", app.text("missing"))];
    if (link) parts.push(again(link));
    const download = app.address(options.download);
    parts.push(download ? outside(download, app.text("get")) : app.element("p", app.text("ask")));
    const published = objects.map((object) => object.web).find(Boolean) || app.address(options.publication);
    if (published) {
      const row = app.element("p");
      row.append(outside(published, app.text("web")));
      parts.push(row);
    }
    tell(help, parts);
  }

  function again(link) {
    const row = app.element("p");
    if (link) row.append(app.element("a", app.text("again"), { href: link }));
    return row;
  }

  function outside(href, text) {
    return app.element("a", text, { href, target: "_blank", rel: "noopener noreferrer" });
  }

  function tell(help, parts) {
    help.replaceChildren(...parts);
    help.hidden = false;
    BX24.fitWindow();
  }
})((globalThis.Hotstart = globalThis.Hotstart || {}));
