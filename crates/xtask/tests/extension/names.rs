//! Every procedure that is called exists, may be called from there, and gets as many values as it takes.

use std::collections::{BTreeMap, BTreeSet};

use super::metadata::{Place, property};
use super::module::{Call, Module};
use super::{files, text};

/// Functions of the platform that the modules use. A misspelt name is in nobody's list.
const PLATFORM: &str = "Булево Дата ЗаписатьJSON ЗаписьЖурналаРегистрации ЗафиксироватьТранзакцию ИзменитьРеквизиты \
    ИмяКомпьютера ИнформацияОбОшибке КодироватьСтроку КраткоеПредставлениеОшибки Макс Мин НРег НСтр НачатьТранзакцию \
    ОтключитьОбработчикОжидания ОткрытьФорму ОтменитьТранзакцию ПерейтиПоНавигационнойСсылке \
    ПодключитьОбработчикОжидания ПодробноеПредставлениеОшибки ПоказатьОповещениеПользователя ПоказатьПредупреждение \
    ПолучитьHexСтрокуИзДвоичныхДанных ПолучитьНавигационнуюСсылку ПравоДоступа ПрочитатьJSON ПустаяСтрока Сред \
    СокрЛП СтрДлина СтрНайти СтрНачинаетсяС СтрРазделить СтрШаблон Строка ТекущаяДата ТекущаяДатаСеанса \
    ТекущаяУниверсальнаяДата Тип ТипЗнч Формат Число Pow ВвестиСтрокуАсинх Закрыть";

/// Where the code of a module runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Sides {
    client: bool,
    server: bool,
    /// A server module that a client may call.
    for_client: bool,
}

struct Known {
    name: String,
    module: Module,
    sides: Sides,
}

fn all() -> BTreeMap<String, Known> {
    let read = |path: String| {
        let module = Module::read(&text(&path));
        let place = Place::of(&path);
        let on = |name: &str| property(&text(&place.description), name).as_deref() == Some("true");
        let sides = if place.folder == "CommonModules" {
            Sides {
                client: on("ClientManagedApplication"),
                server: on("Server"),
                for_client: on("ServerCall"),
            }
        } else {
            // A form has both sides; which method is where its directive says.
            let (service, form) = (place.folder == "HTTPServices", place.folder == "CommonForms");
            Sides {
                client: !service,
                server: service || form,
                for_client: false,
            }
        };
        (
            path,
            Known {
                name: place.name,
                module,
                sides,
            },
        )
    };
    files("bsl").into_iter().map(read).collect()
}

fn faults(known: &BTreeMap<String, Known>) -> Vec<String> {
    let platform: BTreeSet<String> = PLATFORM.split_whitespace().map(str::to_lowercase).collect();
    let common = |name: &str| {
        known
            .iter()
            .find(|(path, it)| path.starts_with("CommonModules/") && it.name == name)
    };
    let mut found = Vec::new();
    for (path, here) in known {
        for call in &here.module.calls {
            let mut bad = |why: &str| found.push(format!("{path}:{}: {}: {why}", call.line, call.name));
            let own = call.of.as_deref().filter(|name| name.starts_with("хс_"));
            let method = match own {
                Some(owner) => {
                    let Some((_, there)) = common(owner) else {
                        bad("no such module");
                        continue;
                    };
                    if here.sides.client && !here.sides.server && !(there.sides.client || there.sides.for_client) {
                        bad("a client cannot call this module");
                    }
                    if here.sides.server && !here.sides.client && !there.sides.server {
                        bad("the server cannot call this module");
                    }
                    let method = there.module.method(&call.name);
                    if method.is_some_and(|method| !method.exported) {
                        bad("is not exported");
                    }
                    method
                }
                // A method of a value of the platform.
                None if call.by_point => continue,
                None if platform.contains(&call.name.to_lowercase()) => continue,
                None => here.module.method(&call.name),
            };
            let Some(method) = method else {
                bad("no such method");
                continue;
            };
            let (most, least) = method.parameters;
            if !(least..=most).contains(&call.arguments) {
                bad("takes another number of values");
            }
            if call.awaited && !method.is_async {
                bad("is awaited and is not asynchronous");
            }
        }
        found.extend(waiting(path, &here.module.calls));
        found.extend(handlers(path, &here.module.calls, known));
    }
    found
}

/// Waiting is for asynchronous methods only, of ours and of the platform.
fn waiting(path: &str, calls: &[Call]) -> Vec<String> {
    let bad = |call: &&Call| {
        let asynchronous = call.name.ends_with("Асинх");
        (call.awaited && !call.in_async) || (asynchronous && call.by_point && !call.awaited)
    };
    calls
        .iter()
        .filter(bad)
        .map(|call| format!("{path}:{}: {}: waiting", call.line, call.name))
        .collect()
}

/// What is called by the platform is named by a string.
fn handlers(path: &str, calls: &[Call], known: &BTreeMap<String, Known>) -> Vec<String> {
    let global = &known["CommonModules/хс_ГлобальныйКлиент/Ext/Module.bsl"].module;
    let names = calls
        .iter()
        .filter(|call| call.name.ends_with("ОбработчикОжидания"))
        .flat_map(|call| &call.strings);
    let unknown = names.filter(|name| {
        !global
            .method(name)
            .is_some_and(|it| it.exported && it.parameters == (0, 0))
    });
    unknown.map(|name| format!("{path}: {name}: no such handler")).collect()
}

#[test]
fn every_call_finds_its_method() {
    assert_eq!(faults(&all()), Vec::<String>::new());
}

#[test]
fn a_wrong_name_a_wrong_side_and_a_wrong_count_are_noticed() {
    let client = "CommonModules/хс_Клиент/Ext/Module.bsl";
    for (from, to, why) in [
        (
            "хс_ВызовСервера.НастройкиМоста(",
            "хс_ВызовСервера.НастройкиМостов(",
            "no such method",
        ),
        (
            "хс_ВызовСервера.НастройкиМоста(",
            "хс_ВызовСервера.КлючНастроек(",
            "is not exported",
        ),
        (
            "хс_ВызовСервера.ПрименитьСобытия(",
            "хс_События.ПрименитьОдно(",
            "a client cannot call this module",
        ),
        (
            "ПринятьОтвет(Состояние, Ответ);",
            "ПринятьОтвет(Состояние);",
            "takes another number of values",
        ),
        (
            "Ждать СпроситьМост(",
            "Ждать АдресОпроса(",
            "is awaited and is not asynchronous",
        ),
        ("Ждать Соединение.", "Соединение.", "waiting"),
        ("\"хс_ОпроситьМост\"", "\"хс_ОпросМоста\"", "no such handler"),
        ("КодироватьСтроку(", "КодироватьСтроки(", "no such method"),
    ] {
        let mut known = all();
        let broken = text(client).replacen(from, to, 1);
        assert_ne!(broken, text(client), "{from}");
        known.get_mut(client).unwrap().module = Module::read(&broken);
        let faults = faults(&known);
        assert!(
            faults
                .iter()
                .any(|fault| fault.starts_with(client) && fault.ends_with(why)),
            "{why}: {faults:?}"
        );
    }
}
