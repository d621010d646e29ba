//! Links of the platform's own scheme.
use super::*;

const LINK: &str = "e1c://server/SRV:1541/UT#e1cib/list/Документ.Заказ";
const UNKNOWN: &str = "e1c://server/elsewhere/base#e1cib/list/Документ.Заказ";

fn ours(change: impl FnOnce(&mut BaseSettings)) -> Settings {
    let mut settings = with(|base| {
        base.connect = Some(r#"Srvr="srv";Ref="ut";"#.to_owned());
        change(base);
    });
    settings.e1c_links = true;
    settings
}

fn agreed(link: &str, settings: &Settings, facts: &Facts) -> Plan {
    plan(&Link::parse(link).unwrap(), settings, facts, &Wish::allowed(true))
}

#[test]
fn while_they_are_not_ours_a_known_base_opens_as_it_is_set() {
    let mut settings = ours(|_| ());
    settings.e1c_links = false;
    let desk = facts(System::Windows);
    assert_eq!(words(planned(LINK, &settings, &desk)), ["hot", "browser"]);
    assert_eq!(code(&planned(UNKNOWN, &settings, &desk)), Some(Code::BaseUnknown));
    assert_eq!(code(&agreed(UNKNOWN, &settings, &desk)), Some(Code::BaseUnknown));
}

#[test]
fn a_warm_window_takes_its_own() {
    let mut desk = facts(System::Windows);
    desk.warm.insert("ut".to_owned());
    assert_eq!(words(planned(LINK, &ours(|_| ()), &desk)), ["hot", "native", "browser"]);
    let native_first = ours(|base| base.methods = vec![Method::Native]);
    assert_eq!(words(planned(LINK, &native_first, &desk)), ["hot", "native", "native"]);
}

#[test]
fn others_go_to_the_starter_printed_anew() {
    let starter = usual_starter(System::Windows);
    assert_eq!(
        line(planned(LINK, &ours(|_| ()), &facts(System::Windows))),
        format!(r#""{starter}" /URL "e1c://server/srv:1541/UT#e1cib/list/Документ.Заказ""#)
    );
    assert_eq!(
        line(planned(LINK, &ours(|_| ()), &facts(System::Linux))),
        "/opt/1cv8/common/1cestart | ENTERPRISE | /IBName | Торговля | /URL | e1cib/list/Документ.Заказ"
    );
}

#[test]
fn without_a_program_of_1c_the_base_opens_as_it_is_set() {
    let mut desk = facts(System::Windows);
    desk.installed.starter = None;
    assert_eq!(words(planned(LINK, &ours(|_| ()), &desk)), ["hot", "browser"]);
    let native = ours(|base| base.methods = vec![Method::Native]);
    assert_eq!(code(&planned(LINK, &native, &desk)), Some(Code::PlatformMissing));
}

#[test]
fn an_unknown_base_is_asked_for() {
    let desk = facts(System::Windows);
    assert_eq!(
        planned(UNKNOWN, &ours(|_| ()), &desk),
        Plan::AskUnknown {
            address: "e1c://server/elsewhere/base".to_owned()
        }
    );
    let starter = usual_starter(System::Windows);
    let plan = agreed(UNKNOWN, &ours(|_| ()), &desk);
    assert!(matches!(&plan, Plan::Open { base, .. } if base == "e1c://server/elsewhere/base"));
    assert_eq!(line(plan), format!(r#""{starter}" /URL "{UNKNOWN}""#));
    assert_eq!(
        line(agreed(UNKNOWN, &ours(|_| ()), &facts(System::Linux))),
        "/opt/1cv8/common/1cestart | ENTERPRISE | /S | elsewhere/base | /URL | e1cib/list/Документ.Заказ"
    );
    let drive = "e1c://filev/D/Base/#e1cib/list/Документ.Заказ";
    assert_eq!(
        code(&agreed(drive, &ours(|_| ()), &facts(System::Linux))),
        Some(Code::LaunchRefused),
        "a drive of Windows is nowhere else"
    );
}

#[test]
fn a_command_is_asked_for_all_the_same() {
    let link = "e1c://server/srv/ut#e1cib/app/Обработка.Загрузка";
    let mut desk = facts(System::Windows);
    desk.warm.insert("ut".to_owned());
    assert!(matches!(planned(link, &ours(|_| ()), &desk), Plan::Ask { .. }));
    assert_eq!(words(agreed(link, &ours(|_| ()), &desk))[0], "hot");
}

#[test]
fn the_list_tells_where_a_base_is() {
    let by_id = {
        let mut settings = with(|base| base.id = Some("8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11".to_owned()));
        settings.e1c_links = true;
        settings
    };
    let mut desk = facts(System::Windows);
    desk.warm.insert("ut".to_owned());
    assert_eq!(words(planned(LINK, &by_id, &desk))[0], "hot");
}
