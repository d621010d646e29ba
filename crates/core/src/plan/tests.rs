use onec::System;
use onec::infobases;
use onec::launch::usual_starter;
use onec::platforms::{Installed, Platform, Version};

use super::*;
use crate::settings::{AllowedCommand, ConnectionKind};

mod e1c;
mod links;
mod native;
mod properties;
mod ways;

const R: &str = "8936000c29dddd3811ecc9c9312e175a";
const LIST: &str = "[Торговля]\r\nConnect=Srvr=\"srv:1541\";Ref=\"ut\";\r\nID=8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11\r\n\
    [Файловая]\r\nConnect=File=\"C:\\Базы\\Моя база\";\r\n\
    [Двойник]\r\nConnect=Srvr=\"srv\";Ref=\"one\";\r\n[двойник]\r\nConnect=Srvr=\"srv\";Ref=\"two\";\r\n\
    [Отдел/Зарплата]\r\nConnect=Srvr=\"srv\";Ref=\"zup\";Usr=\"Иванов\";Pwd=\"секрет\";\r\n\
    [Веб]\r\nConnect=ws=\"http://web-server/resource/\";\r\nApp=ThinClient\r\n";

/// The base `ut`, published over https, and a portal that leads to it.
fn settings() -> Settings {
    let base = BaseSettings {
        alias: "ut".to_owned(),
        name: "Торговля".to_owned(),
        publication: Some("https://srv.example.ru/ut".to_owned()),
        ..BaseSettings::default()
    };
    Settings {
        portals: vec![PortalSettings {
            portal: "portal.example.ru".to_owned(),
            scheme: "https".to_owned(),
            connection: ConnectionKind::Webhook,
            intranet: false,
            base: Some("ut".to_owned()),
            user_id: None,
            memory_only: false,
            ..PortalSettings::default()
        }],
        bases: vec![base],
        ..Settings::default()
    }
}

fn with(change: impl FnOnce(&mut BaseSettings)) -> Settings {
    let mut settings = settings();
    change(&mut settings.bases[0]);
    settings
}

/// A desk with the starter and the list, and no version of the platform.
fn facts(system: System) -> Facts {
    Facts {
        system,
        installed: Installed {
            platforms: Vec::new(),
            starter: Some(usual_starter(system).to_owned()),
        },
        listed: infobases::parse(LIST).iter().filter_map(Listed::of).collect(),
        ..Facts::default()
    }
}

fn platform(numbers: [u32; 4]) -> Platform {
    let version = numbers.map(|number| number.to_string()).join(".");
    Platform {
        version: Version::new(numbers),
        arch: None,
        thin: Some(format!("/opt/1cv8/x86_64/{version}/1cv8c")),
        thick: Some(format!("/opt/1cv8/x86_64/{version}/1cv8")),
    }
}

fn planned(link: &str, settings: &Settings, facts: &Facts) -> Plan {
    plan(&Link::parse(link).unwrap(), settings, facts, &Wish::default())
}

fn order() -> String {
    format!("hotstart://onec/ut/e1cib/data/Документ.Заказ?ref={R}")
}

fn ways_of(plan: Plan) -> Vec<Way> {
    let Plan::Open { ways, .. } = plan else {
        panic!("{plan:?}")
    };
    ways.all().collect()
}

fn words(plan: Plan) -> Vec<&'static str> {
    ways_of(plan).iter().map(Way::word).collect()
}

fn code(plan: &Plan) -> Option<Code> {
    let Plan::Refuse(failure) = plan else { return None };
    Some(failure.code)
}

/// The line of the first way, which is native.
fn line(plan: Plan) -> String {
    let way = ways_of(plan).remove(0);
    let Way::Native { launch } = way else { panic!("{way:?}") };
    launch.command_line().unwrap_or_else(|| {
        let mut line = vec![launch.program().to_owned()];
        line.extend(launch.arguments());
        line.join(" | ")
    })
}
