//! The description of the objects: what is listed is there, what is there is listed, and what it names exists.

use std::collections::BTreeSet;

use super::module::Module;
use super::{files, text};

/// The folders of the dump by the kind of object.
const FOLDERS: [(&str, &str); 7] = [
    ("Language", "Languages"),
    ("Role", "Roles"),
    ("CommonModule", "CommonModules"),
    ("HTTPService", "HTTPServices"),
    ("CommonCommand", "CommonCommands"),
    ("CommonForm", "CommonForms"),
    ("InformationRegister", "InformationRegisters"),
];

/// Where a file of an object lies.
pub(super) struct Place {
    pub(super) folder: String,
    pub(super) name: String,
    /// The description of the object.
    pub(super) description: String,
}

impl Place {
    pub(super) fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            [folder, name, _, ..] => Self {
                folder: (*folder).to_owned(),
                name: (*name).to_owned(),
                description: format!("{folder}/{name}.xml"),
            },
            // The modules of the application belong to the extension itself.
            _ => Self {
                folder: String::new(),
                name: String::new(),
                description: "Configuration.xml".to_owned(),
            },
        }
    }
}

/// The first value of an element.
pub(super) fn property(xml: &str, name: &str) -> Option<String> {
    values(xml, name).into_iter().next()
}

/// The texts of all elements of this name that hold nothing but text.
fn values(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let pieces = xml.split(&open).skip(1).filter_map(|piece| piece.split_once(&close));
    pieces
        .map(|(value, _)| value.to_owned())
        .filter(|value| !value.contains('<'))
        .collect()
}

/// The attribute `uuid` of every element.
fn uuids(xml: &str) -> Vec<String> {
    let pieces = xml.split(" uuid=\"").skip(1).filter_map(|piece| piece.split_once('"'));
    pieces.map(|(value, _)| value.to_owned()).collect()
}

#[test]
fn the_list_of_objects_and_the_files_agree() {
    let configuration = text("Configuration.xml");
    let children = configuration.split_once("<ChildObjects>").unwrap().1;
    let mut listed = BTreeSet::from(["Configuration.xml".to_owned()]);
    for (kind, folder) in FOLDERS {
        for name in values(children, kind) {
            let path = format!("{folder}/{name}.xml");
            assert_eq!(property(&text(&path), "Name"), Some(name.clone()), "{path}");
            assert!(
                name == "Русский" || name.starts_with("хс_"),
                "own objects have the prefix: {name}"
            );
            listed.insert(path);
        }
    }
    let described: BTreeSet<String> = files("xml")
        .into_iter()
        .filter(|path| !path.contains("/Ext/"))
        .collect();
    assert_eq!(described, listed);
    for path in files("bsl") {
        assert!(
            described.contains(&Place::of(&path).description),
            "{path} belongs to nothing"
        );
    }
}

#[test]
fn no_two_objects_share_an_id() {
    let all: Vec<String> = files("xml").iter().flat_map(|path| uuids(&text(path))).collect();
    let different: BTreeSet<&String> = all.iter().collect();
    assert!(all.len() > 30);
    assert_eq!(different.len(), all.len());
}

#[test]
fn handlers_of_the_service_and_of_the_form_exist() {
    let service = Module::read(&text("HTTPServices/хс_Hotstart/Ext/Module.bsl"));
    let handlers = values(&text("HTTPServices/хс_Hotstart.xml"), "Handler");
    assert_eq!(handlers.len(), 3);
    for handler in handlers {
        assert_eq!(service.method(&handler).unwrap().parameters, (1, 1), "{handler}");
    }
    let form = Module::read(&text("CommonForms/хс_Настройки/Ext/Form/Module.bsl"));
    for (event, parameters) in [("ПриСозданииНаСервере", 2), ("ПриОткрытии", 1)] {
        assert!(text("CommonForms/хс_Настройки/Ext/Form.xml").contains(&format!(">{event}</Event>")));
        assert_eq!(form.method(event).unwrap().parameters.0, parameters);
    }
    for command in ["Сохранить", "Проверить"] {
        assert_eq!(form.method(command).unwrap().parameters.0, 1, "{command}");
    }
}

/// The addresses are those that the program calls.
#[test]
fn the_service_is_where_the_program_looks_for_it() {
    let service = text("HTTPServices/хс_Hotstart.xml");
    assert_eq!(property(&service, "RootURL").as_deref(), Some("hotstart"));
    assert_eq!(values(&service, "Template"), ["/v1/ping", "/v1/events", "/v1/draft"]);
    assert_eq!(values(&service, "HTTPMethod"), ["GET", "POST", "POST"]);
}

#[test]
fn the_role_names_objects_that_exist() {
    let rights = text("Roles/хс_Hotstart/Ext/Rights.xml");
    let objects: Vec<String> = values(&rights, "name")
        .into_iter()
        .filter(|name| name.contains('.'))
        .collect();
    assert!(objects.len() >= 9);
    for object in objects {
        let parts: Vec<&str> = object.split('.').collect();
        let folder = FOLDERS.iter().find(|(kind, _)| *kind == parts[0]).unwrap().1;
        let description = text(&format!("{folder}/{}.xml", parts[1]));
        if let [_, _, "URLTemplate", template, "Method", method] = parts.as_slice() {
            assert!(
                values(&description, "Name").iter().any(|name| name == template),
                "{object}"
            );
            assert!(
                values(&description, "HTTPMethod").iter().any(|name| name == method),
                "{object}"
            );
        }
    }
}

/// Registers have the fields that the modules set.
#[test]
fn fields_of_the_registers_are_those_of_the_modules() {
    let module = text("CommonModules/хс_События/Ext/Module.bsl");
    for (register, variable) in [("хс_ПринятыеСобытия", "Принятое."), ("хс_СвязиОбъектов", "Запись.")]
    {
        let fields = values(&text(&format!("InformationRegisters/{register}.xml")), "Name");
        let used: BTreeSet<&str> = module
            .split(variable)
            .skip(1)
            .map(|rest| rest.split(|letter: char| !letter.is_alphanumeric()).next().unwrap())
            .filter(|name| !["Прочитать", "Записать", "Выбран"].contains(name))
            .collect();
        assert!(used.len() > 3);
        for name in used {
            assert!(fields.iter().any(|field| field == name), "{register}: {name}");
        }
    }
}
