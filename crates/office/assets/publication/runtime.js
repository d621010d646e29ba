"use strict";
// The runtime of the platform: gathers the classes of the mod_*.js files, builds their types and default layouts.
const E1C = (() => {
  class Element {
    constructor(owner) {
      this.owner = owner || null;
      this.values = new Map();
    }
  }

  const waiting = [];
  const classes = new Map();
  const types = new Map();

  function module(name, base, factory) {
    waiting.push({ name, base, factory });
  }

  // Properties of the script language become accessors of the class, as forms address them by name.
  function declare(type, description) {
    for (const [name, of, initial] of description.properties) {
      type.properties.set(name, { of, initial });
      Object.defineProperty(type.of.prototype, name, {
        configurable: true,
        get() { return this.values.has(name) ? this.values.get(name) : initial; },
        set(value) { this.values.set(name, this.accept(value)); },
      });
    }
    for (const event of description.events) type.events.add(event);
  }

  // The default layout of every type, and the states its events lead to.
  function lay(type) {
    const element = new type.of(null);
    for (const [name, property] of type.properties) element[name] = property.initial;
    const boxes = [];
    for (let box = 24; box < 640; box += 60) boxes.push(box);
    type.layout = element.arrange(boxes);
    type.states.push(element.enter({ type: "enter" }), element.change({ type: "change" }), element.leave(null));
  }

  // In three passes: classes whose prototypes still change would be compiled again and again.
  function start() {
    for (const { name, base, factory } of waiting) {
      const of = factory(base ? classes.get(base) : Element);
      classes.set(name, of);
      types.set(name, { name, of, properties: new Map(), events: new Set(), layout: null, states: [] });
    }
    waiting.length = 0;
    for (const type of types.values()) declare(type, new type.of(null).describe());
    for (const type of types.values()) lay(type);
    return types.size;
  }

  return { module, start, types };
})();
