"use strict";
// What a place of the portal shows, and which 1C objects the entity holds: values only, nothing of the page.
(function (app) {
  const TYPES = {
    LEAD: ["lead", 1],
    DEAL: ["deal", 2],
    CONTACT: ["contact", 3],
    COMPANY: ["company", 4],
    QUOTE: ["quote", 7],
    SMART_INVOICE: ["invoice", 31],
  };
  const PLACES = ["DETAIL_TAB", "DETAIL_TOOLBAR"];
  const OBJECT = /e1cib\/data\/([^?#\s"'<>]+)\?ref=([0-9a-f]{32})/i;

  /** Every place in which the application stands; `processes` are numbers of smart processes. */
  app.places = function (processes) {
    const types = Object.keys(TYPES).concat(processes.map((number) => "DYNAMIC_" + number));
    return types.flatMap((type) => PLACES.map((place) => `CRM_${type}_${place}`));
  };

  /** The entity of a placement, or null: its word in links, its type number, its id. */
  app.entity = function (placement, options) {
    const match = /^CRM_(LEAD|DEAL|CONTACT|COMPANY|QUOTE|SMART_INVOICE|DYNAMIC_([1-9]\d{0,9}))_DETAIL_/.exec(placement || "");
    const id = String((options && (options.ID || options.ENTITY_ID)) || "");
    if (!match || !/^[1-9]\d{0,15}$/.test(id)) return null;
    const [word, number] = TYPES[match[1]] || [match[2], Number(match[2])];
    return { word, number, id };
  };

  /** The link that opens the entity in 1C, or null. */
  app.link = function (domain, entity) {
    if (!/^[a-z0-9.-]+(:\d{1,5})?$/i.test(domain || "")) return null;
    return `hotstart://crm/${domain.toLowerCase()}/${entity.word}/${entity.id}`;
  };

  /** An address of the web, or null. */
  app.address = function (text) {
    try {
      const url = new URL(String(text).trim());
      const plain = url.protocol === "https:" || url.protocol === "http:";
      return plain && !url.username && !url.password ? url.href : null;
    } catch {
      return null;
    }
  };

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }

  /** The 1C object that a text names, or null: `Документ.ЗаказКлиента`, the reference, the place in the base. */
  app.object = function (text) {
    const match = OBJECT.exec(decoded(String(text)));
    if (!match || /^0+$/.test(match[2])) return null;
    const kind = match[1];
    return { kind, ref: match[2].toLowerCase(), place: `e1cib/data/${kind}?ref=${match[2].toLowerCase()}` };
  };

  function hosts(connectors) {
    const map = new Map();
    for (const connector of connectors) {
      const host = String(connector.EXTERNAL_SERVER_HOST || "");
      map.set(connector.ORIGINATOR_ID, /^https?:\/\//i.test(host) ? host : `https://${host}`);
    }
    return map;
  }

  function found(text, title, base) {
    const object = app.object(text);
    if (!object) return null;
    const own = /^https?:\/\//i.test(String(text)) ? app.address(text) : null;
    const web = own || (base ? app.address(base.replace(/\/+$/, "") + "/#" + object.place) : null);
    return Object.assign(object, { title, web });
  }

  /** The objects of an entity, each once: of its fields first, then of its activities of external channels. */
  app.objects = function (item, labels, activities, connectors, publication) {
    const list = [];
    for (const [name, value] of Object.entries(item || {})) {
      const label = (labels && labels[name] && labels[name].title) || name;
      for (const one of Array.isArray(value) ? value : [value]) {
        if (typeof one === "string") list.push(found(one, label, publication));
      }
    }
    const servers = hosts(connectors || []);
    for (const activity of activities || []) {
      const params = activity.PROVIDER_PARAMS || {};
      const fields = (params.ACTIVITY && params.ACTIVITY.EXTERNAL_FIELDS) || {};
      const base = servers.get(activity.ORIGINATOR_ID) || publication;
      if (fields.EXTERNAL_URL) list.push(found(fields.EXTERNAL_URL, activity.SUBJECT, base));
    }
    const seen = new Set();
    return list.filter((object) => object && !seen.has(object.ref) && seen.add(object.ref));
  };
})((globalThis.Hotstart = globalThis.Hotstart || {}));
