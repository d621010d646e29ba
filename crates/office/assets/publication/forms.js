"use strict";
// Draws a form from its description. Nothing here asks the server: drawing costs a few milliseconds.
const Forms = (() => {
  let drawn = 0;

  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const name in attributes) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), attributes[name]);
      else if (attributes[name] !== null) element.setAttribute(name, attributes[name]);
    }
    element.append(...children);
    return element;
  }

  function money(kopecks) {
    const whole = String(Math.floor(kopecks / 100)).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return whole + "," + String(kopecks % 100).padStart(2, "0");
  }

  function editor(field, id, actions) {
    switch (field.input) {
      case "memo":
        return make("textarea", { id, name: field.name, rows: 2 }, field.value);
      case "read":
        return make("input", { id, name: field.name, value: field.value, readonly: "" });
      case "reference":
        return make("a", { id, class: "reference", href: "#" + field.link, onclick: (event) => {
          event.preventDefault();
          actions.open(field.link);
        } }, field.value);
      case "outside":
        return make("a", { id, class: "outside", target: "_blank", href: field.link }, field.value);
      case "file": {
        const told = make("span", { class: "told" });
        const input = make("input", { id, type: "file", name: field.name, onchange: () => {
          if (input.files.length) actions.attach(input.files[0], told);
        } });
        return make("span", { class: "file" }, input, make("label", { class: "button", for: id }, "Выбрать файл"), told);
      }
      default:
        return make("input", { id, name: field.name, value: field.value, autocomplete: "off" });
    }
  }

  function fields(form, number, actions) {
    const box = make("div", { class: form.kind === "home" || form.kind === "section" ? "commands" : "fields" });
    for (const field of form.fields) {
      const id = "form" + number + "_" + field.name + "_i0";
      if (form.kind === "home" || form.kind === "section") box.append(editor(field, id, actions));
      else box.append(make("label", { for: id }, field.label + ":"), editor(field, id, actions));
    }
    return box;
  }

  function table(form, number, actions) {
    const head = make("tr", {}, ...form.table.columns.map((column) => make("th", { class: column.shape }, column.title)));
    const body = make("tbody", {});
    form.table.rows.forEach((row, at) => {
      const line = make("tr", {});
      if (row.link) line.dataset.link = row.link;
      row.cells.forEach((cell, column) => {
        const shape = form.table.columns[column].shape;
        const name = form.table.name + "." + (at + 1) + ".Количество";
        line.append(shape === "count"
          ? make("td", { class: shape }, make("input", { id: "form" + number + "_" + name, name, value: cell, inputmode: "numeric", autocomplete: "off", "data-price": row.price }))
          : make("td", { class: shape }, cell));
      });
      body.append(line);
    });
    body.addEventListener("click", (event) => {
      const line = event.target.closest("tr");
      for (const other of body.querySelectorAll(".current")) other.classList.remove("current");
      if (line) line.classList.add("current");
    });
    body.addEventListener("dblclick", (event) => {
      const line = event.target.closest("tr[data-link]");
      if (line) actions.open(line.dataset.link);
    });
    const parts = [make("div", { class: "grid" }, make("table", { id: "form" + number + "_" + form.table.name }, make("thead", {}, head), body))];
    if (form.table.total !== null) {
      parts.push(make("div", { class: "total" }, "Всего: ", make("b", { id: "form" + number + "_Всего" }, money(form.table.total)), " руб."));
    }
    return parts;
  }

  // Counts a line and the total anew after its quantity was typed.
  function recount(element, input) {
    const cells = input.closest("tr").cells;
    const count = (typed) => (/^\d{1,9}$/.test(typed.value.trim()) ? Number(typed.value) : 0);
    cells[cells.length - 1].textContent = money(count(input) * Number(input.dataset.price));
    let total = 0;
    for (const typed of element.querySelectorAll("input[data-price]")) total += count(typed) * Number(typed.dataset.price);
    element.querySelector(".total b").textContent = money(total);
  }

  function draw(form, actions) {
    const number = ++drawn;
    const element = make("section", { class: "form " + form.kind, id: "form" + number, "data-nav": form.nav, "data-key": form.key });
    element.append(make("h1", {}, form.title));
    if (form.commands.length) {
      const bar = make("div", { class: "bar" });
      for (const command of form.commands) {
        const attributes = { id: "form" + number + "_" + command.name, class: command.main ? "main button" : "button", "data-command": command.name };
        if (command.name === "download") {
          bar.append(make("a", { ...attributes, download: "", href: Server.address("download", { link: form.nav }) }, command.text));
        } else {
          bar.append(make("button", { ...attributes, onclick: () => actions.command(command.name) }, command.text));
        }
      }
      element.append(bar);
    }
    if (form.note) element.append(make("p", { class: "note" }, form.note));
    if (form.fields.length) element.append(fields(form, number, actions));
    if (form.table) element.append(...table(form, number, actions));
    element.addEventListener("input", (event) => {
      if (event.target.type === "file" || form.kind === "report") return;
      if (event.target.dataset.price) recount(element, event.target);
      actions.typed();
    });
    return element;
  }

  function values(element) {
    const result = {};
    for (const input of element.querySelectorAll("input[name]:not([type=file]):not([readonly]), textarea[name]")) {
      result[input.name] = input.value;
    }
    return result;
  }

  return { draw, make, values };
})();
