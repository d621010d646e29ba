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

  // Default layouts for the widths a form may have, in both densities of the interface.
  function lay(type) {
    for (const density of [1, 1.25]) {
      const element = new type.of(null);
      for (const width of [320, 480, 640, 960, 1280]) {
        const boxes = [];
        for (let box = 24; box < width; box += 17) boxes.push(Math.round(box * density));
        type.layouts.set(width + "/" + density, element.arrange(boxes));
      }
      for (const [name, property] of type.properties) element[name] = property.initial;
      type.states.push(element.enter({ type: "enter" }), element.change({ type: "change" }), element.leave(null));
    }
  }

  function start() {
    for (const { name, base, factory } of waiting) {
      const of = factory(base ? classes.get(base) : Element);
      classes.set(name, of);
      const type = { name, of, properties: new Map(), events: new Set(), layouts: new Map(), states: [] };
      declare(type, new of(null).describe());
      lay(type);
      types.set(name, type);
    }
    waiting.length = 0;
    return types.size;
  }

  return { module, start, types };
})();
