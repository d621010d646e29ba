//! The desk by itself, with a stand-in for the program: what the story relies on must be there.
#![cfg(unix)]

use std::time::Duration;

use hotstart_stage::Desk;
use hotstart_stage::keeper::output;

const LIMIT: Duration = Duration::from_secs(20);
const NOTIFICATIONS: &str = "org.freedesktop.Notifications";

#[test]
fn a_notification_is_seen_on_the_bus_drawn_and_clicked() {
    let desk = Desk::raise().unwrap();
    let before = desk.pixels().unwrap();
    let mark = desk.monitor().mark();
    let mut send = desk.command("gdbus");
    send.args([
        "call",
        "--session",
        "--dest",
        NOTIFICATIONS,
        "--object-path",
        "/org/freedesktop/Notifications",
    ]);
    send.args([
        "--method",
        "org.freedesktop.Notifications.Notify",
        "stage",
        "0",
        "",
        "Сделка № 5",
        "Новое дело",
    ]);
    send.args(["[\"default\", \"Открыть\"]", "{}", "10000"]);
    output(send).unwrap();
    let call = desk
        .monitor()
        .wait("Notify", mark, LIMIT, |it| {
            it.calls(NOTIFICATIONS, "Notify") && it.mentions("Сделка № 5")
        })
        .unwrap();
    assert!(call.at_us.abs_diff(hotstart_stage::clock::now_us()) < 20_000_000);
    desk.click_notification(&before, LIMIT).unwrap();
    desk.monitor()
        .wait("the click", mark, LIMIT, |it| it.member == "ActionInvoked")
        .unwrap();
}

#[test]
fn a_secret_and_a_page_have_their_places() {
    let mut desk = Desk::raise().unwrap();
    desk.store_secret("stage", &[("service", "stage"), ("username", "me")], "тайна")
        .unwrap();
    let mut read = desk.command("secret-tool");
    read.args(["lookup", "service", "stage", "username", "me"]);
    assert_eq!(output(read).unwrap(), "тайна");

    let mut open = desk.command("xdg-open");
    open.arg("http://127.0.0.1:9/crm/deal/details/5/");
    output(open).unwrap();
    assert_eq!(
        desk.browser().wait(0, LIMIT).unwrap().address,
        "http://127.0.0.1:9/crm/deal/details/5/"
    );
    desk.check().unwrap();
}
