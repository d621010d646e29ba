//! The script of the "platform": about 3 MB that a browser must fetch, parse, compile and run before the first form, as
//! the script of the real web client. Every class differs, is registered at the start and used by it, so that no engine
//! can skip the work, and the start of a session is refused when they were not run.

use std::fmt::Write as _;

use super::chance::Chance;

/// How many classes the platform has; the page reports how many it has registered.
pub(super) const MODULES: usize = 1_500;

/// The files of the platform, in the order of loading.
pub(super) const FILES: [&str; 4] = ["mod_core.js", "mod_data.js", "mod_controls.js", "mod_forms.js"];

/// The text of one file; `file` is an index into [`FILES`].
pub(super) fn script(seed: u64, file: usize) -> String {
    let each = MODULES / FILES.len();
    let mut chance = Chance::of(seed, &format!("platform/{file}"));
    let mut text = String::with_capacity(each * 2_100);
    text.push_str("\"use strict\";\n");
    let mut names: Vec<(String, u32)> = Vec::with_capacity(each);
    for number in 0..each {
        // A class extends an earlier one of its file, at most four deep.
        let base = usize::try_from(chance.below(names.len() as u64 + 1)).unwrap_or_default();
        let (base, depth) = names
            .get(base)
            .filter(|(_, depth)| *depth < 4)
            .cloned()
            .unwrap_or_default();
        let name = format!(
            "{}{}{}{}_{}",
            chance.pick(&[
                "Managed", "Bound", "Cached", "Grouped", "Typed", "Remote", "Plain", "Shared"
            ]),
            chance.pick(&[
                "Form", "Table", "Field", "Command", "Panel", "Report", "Picture", "Period", "Record"
            ]),
            chance.pick(&[
                "Layout", "Model", "View", "Binding", "Picker", "Filter", "Cursor", "Parser", "Style"
            ]),
            number,
            file
        );
        module(&mut text, &mut chance, &name, &base);
        names.push((name, depth + 1));
    }
    text
}

/// One class; a `String` takes every write, so the results carry nothing.
fn module(text: &mut String, chance: &mut Chance, name: &str, base: &str) {
    let _ = write!(
        text,
        "E1C.module(\"{name}\",\"{base}\",function(Base){{\nclass {name} extends Base{{\n"
    );
    let (width, height) = (20 + chance.below(400), 12 + chance.below(40));
    let _ = writeln!(
        text,
        "constructor(owner){{super(owner);this.width={width};this.height={height};this.name=\"{name}\";this.cache=new Map();this.flags={};this.enabled=true;}}",
        chance.below(65_536)
    );
    let (step, mask, limit) = (3 + chance.below(9), 7 + chance.below(25), 400 + chance.below(900));
    let _ = writeln!(
        text,
        "measure(box){{let width=this.width,rest=box;while(rest>{step}){{width+=rest&{mask};rest-=(rest>>2)+{step};}}if(width>{limit})width={limit};this.cache.set(box,width);return width;}}"
    );
    let _ = writeln!(
        text,
        "accept(value){{switch(typeof value){{case\"string\":return value.trim().slice(0,{});case\"number\":return Math.round(value*{})/{};case\"boolean\":return value?\"Да\":\"Нет\";case\"object\":return value===null?this.empty():String(value.name||{});default:return this.empty();}}}}",
        10 + chance.below(140),
        100,
        100,
        chance.below(1_000)
    );
    let _ = writeln!(
        text,
        "empty(){{return \"{}\";}}",
        chance.pick(&["", "-", "<...>", "0,00", "  .  .    "])
    );
    let (gap, row) = (2 + chance.below(10), 18 + chance.below(14));
    let _ = writeln!(
        text,
        "arrange(boxes){{const placed=[];let left={gap},top={gap};for(let i=0;i<boxes.length;i++){{const width=this.measure(boxes[i]);if(left+width>{}){{left={gap};top+={row};}}placed.push({{left,top,width,height:this.height}});left+=width+{gap};}}return placed;}}",
        600 + chance.below(1_400)
    );
    methods(text, chance);
    describe(text, chance, name);
    text.push_str("}\nreturn ");
    text.push_str(name);
    text.push_str(";});\n");
}

/// Three methods of different form, so that classes share no code.
fn methods(text: &mut String, chance: &mut Chance) {
    for method in ["enter", "change", "leave"] {
        let (a, b, c) = (1 + chance.below(97), 1 + chance.below(31), chance.below(4_096));
        let _ = match chance.below(4) {
            0 => writeln!(
                text,
                "{method}(event){{let code=this.flags^{c};for(let i=0;i<{b};i++){{code=(code*{a}+i)&65535;if((code&3)===({a}&3))this.enabled=!this.enabled;}}return{{code,event:event&&event.type,enabled:this.enabled}};}}"
            ),
            1 => writeln!(
                text,
                "{method}(event){{const parts=[\"{method}\",this.name,String({c})];if(event){{for(const key in event)parts.push(key+\"=\"+event[key]);}}return{{code:parts.join(\";\").length*{a}%1{c},parts}};}}"
            ),
            2 => writeln!(
                text,
                "{method}(event){{const state={{width:this.width+{a},height:this.height+{b},type:event?event.type:\"none\"}};try{{if(state.width<{b})throw new RangeError(this.name);state.code=this.accept(state.width*{a});}}catch(error){{state.code={c};state.error=error.message;}}return state;}}"
            ),
            _ => writeln!(
                text,
                "{method}(event){{const map={{\"{a}\":\"Изменение\",\"{b}\":\"Выбор\",\"{c}\":\"Очистка\"}};const keys=Object.keys(map).filter(key=>key.length>{}).map(key=>map[key]+\":\"+this.width);return{{code:keys.length+{a},keys,type:event?event.type:null}};}}",
                chance.below(2)
            ),
        };
    }
}

/// The properties and events that the registry of types is built from.
fn describe(text: &mut String, chance: &mut Chance, name: &str) {
    let _ = write!(text, "describe(){{return{{name:\"{name}\",properties:[");
    for _ in 0..4 + chance.below(4) {
        let property = chance.pick(&[
            "Ширина",
            "Высота",
            "Видимость",
            "Доступность",
            "Заголовок",
            "ТолькоПросмотр",
            "Подсказка",
            "ЦветФона",
            "ЦветТекста",
            "Шрифт",
            "Формат",
            "Маска",
            "РежимПароля",
            "Многострочность",
            "КнопкаВыбора",
            "Автоотметка",
        ]);
        let of = chance.pick(&["Число", "Строка", "Булево", "Цвет", "Шрифт", "ФорматнаяСтрока"]);
        let _ = write!(text, "[\"{property}\",\"{of}\",{}],", chance.below(500));
    }
    let event = chance.pick(&[
        "ПриИзменении",
        "ПриВыборе",
        "ПриОткрытии",
        "ОбработкаВыбора",
        "НачалоВыбора",
        "Очистка",
    ]);
    let _ = writeln!(
        text,
        "],events:[\"{event}\",\"ПередЗакрытием\"],weight:{}}};}}",
        chance.below(10_000)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_platform_is_about_three_megabytes_and_the_same_every_time() {
        let size: usize = (0..FILES.len()).map(|file| script(1, file).len()).sum();
        assert!((2_700_000..=3_900_000).contains(&size), "{size}");
        assert_eq!(script(1, 0), script(1, 0));
        assert_ne!(script(1, 0), script(2, 0));
    }

    #[test]
    fn every_module_is_there() {
        let modules: usize = (0..FILES.len())
            .map(|file| script(1, file).matches("E1C.module(").count())
            .sum();
        assert_eq!(modules, MODULES);
    }
}
