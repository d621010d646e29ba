"use strict";
// The types, rights and the search of commands, built from the metadata at the start of a session.
const Registry = (() => {
  const objects = new Map();
  const rights = new Map();
  const index = new Map();
  const found = [];

  const words = ["Чтение", "Добавление", "Изменение", "Удаление", "Проведение", "ОтменаПроведения", "Просмотр",
    "ИнтерактивноеДобавление", "Редактирование", "ИнтерактивноеУдаление", "ВводПоСтроке", "ИсторияДанных"];

  // A trigram index: the search box finds a command by any part of its words.
  function put(text, entry) {
    const lower = " " + text.toLowerCase();
    for (let at = 0; at + 3 <= lower.length; at++) {
      const key = lower.slice(at, at + 3);
      const entries = index.get(key);
      if (!entries) index.set(key, [entry]);
      else if (entries[entries.length - 1] !== entry) entries.push(entry);
    }
  }

  function build(metadata) {
    const types = Array.from(E1C.types.values());
    let next = 0;
    for (const object of metadata.objects) {
      const name = object.k + "." + object.n;
      const entry = found.length;
      const attributes = new Map();
      const editor = new (types[next++ % types.length].of)(null);
      for (const [own, synonym, of, length] of object.a) {
        attributes.set(own, { synonym, of, length, initial: editor.accept(null), width: editor.measure(length * 8 + 24) });
        put(own, entry);
      }
      found.push({ name, title: object.s, link: link(object) });
      put(object.s, entry);
      put(object.n, entry);
      objects.set(name, { title: object.s, editor, attributes });
      words.forEach((word, bit) => {
        if (!(object.r >> bit & 1)) return;
        if (!rights.has(word)) rights.set(word, new Set());
        rights.get(word).add(name);
      });
    }
  }

  // Only what this base has forms for can be opened.
  function link(object) {
    if (object.o) return "e1cib/list/" + object.k + "." + object.n;
    if (object.k === "Отчет" || object.k === "Обработка") return "e1cib/app/" + object.k + "." + object.n;
    return null;
  }

  function search(text) {
    const lower = text.toLowerCase();
    if (lower.length < 3) return [];
    const hits = index.get(lower.slice(0, 3)) || [];
    const result = [];
    for (const hit of hits) {
      const entry = found[hit];
      if (entry.link && entry.title.toLowerCase().includes(lower)) result.push(entry);
      if (result.length === 12) break;
    }
    return result;
  }

  return { build, search, get size() { return objects.size; } };
})();
