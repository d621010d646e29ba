//! From a link to what happens on the desk.
use hotstart_core::failure::Code;
use hotstart_core::journal::Outcome;
use hotstart_core::link::Source;
use hotstart_core::view::{Page, UiCommand};
use hotstart_core::window::{WindowCommand, WindowEvent, WindowRole};
use serde_json::json;

use super::desk::{Deed, Desk, PORTAL, settings};

const ORDER: &str = "e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";
const OTHER: &str = "e1cib/data/Документ.Заказ?ref=8780b06ebf2faaf611e86899c3314ae6";

fn in_base(base: &str, nav: &str) -> String {
    format!("hotstart://onec/{base}/{nav}")
}

#[tokio::test(start_paused = true)]
async fn the_first_link_loads_a_window_and_the_next_one_navigates_in_it() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(&in_base("ut", ORDER)).await;

    desk.open(&in_base("ut", OTHER), Source::Clicked).await;
    let WindowCommand::Navigate {
        id,
        navigation,
        fragment,
        ..
    } = desk.window().await
    else {
        panic!("it navigates")
    };
    assert_eq!(id, warm);
    assert!(fragment.starts_with("e1cib/data/%D0%94"), "{fragment}");
    assert!(fragment.ends_with("ref=8780b06ebf2faaf611e86899c3314ae6"), "{fragment}");

    desk.report(WindowEvent::Followed { id, navigation }).await;
    let record = desk.journal().await;
    assert_eq!((record.status, record.target_system.as_str()), (Outcome::Done, "ut"));
    assert_eq!(record.object_id, in_base("ut", OTHER));
    assert_eq!(desk.view().await.recent[0].link, in_base("ut", OTHER));
}

#[tokio::test(start_paused = true)]
async fn links_that_come_while_the_window_loads_are_all_opened_in_it() {
    let mut desk = Desk::start(settings());
    desk.open(&in_base("ut", ORDER), Source::Clicked).await;
    let WindowCommand::Open { id, address, role, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert_eq!(role, WindowRole::Hot);
    assert!(
        address.starts_with("https://srv.example.ru/ut/#e1cib/data/"),
        "{address}"
    );
    desk.open(&in_base("ut", OTHER), Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Show { .. }));
    desk.report(WindowEvent::Loaded { id: id.clone() }).await;
    desk.report(WindowEvent::Ready { id: id.clone() }).await;
    assert!(matches!(desk.window().await, WindowCommand::Navigate { .. }));
    assert!(
        !desk
            .rest()
            .await
            .iter()
            .any(|deed| matches!(deed, Deed::Window(WindowCommand::Open { .. })))
    );
}

#[tokio::test(start_paused = true)]
async fn a_cold_base_gets_a_window_for_each_link_and_closing_it_logs_out() {
    let mut desk = Desk::start(settings());
    let first = desk.warm(&in_base("bp", ORDER)).await;
    let second = desk.warm(&in_base("bp", ORDER)).await;
    assert_ne!(first, second);
    desk.report(WindowEvent::CloseRequested { id: first.clone() }).await;
    assert_eq!(
        desk.window().await,
        WindowCommand::Release {
            id: first.clone(),
            force: false
        }
    );
    desk.report(WindowEvent::Released {
        id: first,
        confirmed: true,
    })
    .await;
    let record = desk.journal().await;
    assert_eq!((record.operation.as_str(), record.status), ("release", Outcome::Done));
}

#[tokio::test(start_paused = true)]
async fn an_entity_opens_the_object_of_its_field_and_several_are_asked_about() {
    let mut desk = Desk::start(settings());
    let field = |value: serde_json::Value| {
        json!({ "title": ORDER, "UF_CRM_1": value })
            .as_object()
            .unwrap()
            .clone()
    };
    let deal = format!("hotstart://crm/{PORTAL}/deal/1");

    desk.answers.lock().unwrap().fields = field(json!([ORDER, format!("https://srv.example.ru/ut/#{ORDER}")]));
    desk.warm(&deal).await;

    desk.answers.lock().unwrap().fields = field(json!([ORDER, OTHER]));
    let deal = format!("hotstart://crm/{PORTAL}/deal/2");
    desk.open(&deal, Source::Clicked).await;
    assert_eq!(desk.rest().await, [Deed::Settings]);
    let view = desk.view().await;
    let question = view.question.unwrap();
    assert_eq!((view.page, question.choices.len()), (Page::Question, 3));
    let choice = question.choices[1].key.clone();
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice,
    })
    .await
    .unwrap();
    assert!(matches!(desk.window().await, WindowCommand::Navigate { .. }));

    desk.answers.lock().unwrap().fields = field(json!("nothing of ours"));
    desk.open(&format!("hotstart://crm/{PORTAL}/deal/3"), Source::Clicked)
        .await;
    assert_eq!(desk.rest().await.last(), Some(&Deed::Settings), "what to do is asked");
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_leaves_a_code_and_touches_nothing() {
    let mut desk = Desk::start(settings());
    let cases = [
        ("https://evil.example/", "link.refused"),
        ("hotstart://onec/ut/javascript:alert(1)", "link.refused"),
        ("hotstart://onec/nobody/e1cib/list/Справочник.Товары", "base.unknown"),
        ("hotstart://crm/evil.example/deal/1", "portal.unknown"),
        (
            "hotstart://b24/portal.example.ru.evil.example/crm/deal/details/1/",
            "portal.unknown",
        ),
    ];
    for (text, code) in cases {
        desk.open(text, Source::Clicked).await;
        let record = desk.journal().await;
        assert_eq!(record.status, Outcome::Refused, "{text}");
        let written = record.error_code.unwrap();
        assert!(written.starts_with(code), "{text}: {written}");
        let rest = desk.rest().await;
        assert!(
            matches!(rest.as_slice(), [Deed::Toast(said)] if said.contains(&written)),
            "{text}: {rest:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_publication_that_does_not_answer_opens_no_window() {
    let mut desk = Desk::start(settings());
    desk.answers.lock().unwrap().probe = Some(Code::BaseUnreachable);
    desk.open(&in_base("ut", ORDER), Source::Clicked).await;
    let record = desk.journal().await;
    assert_eq!(
        (record.status, record.error_code.as_deref()),
        (Outcome::Failed, Some("base.unreachable"))
    );
    assert!(desk.rest().await.iter().all(|deed| !matches!(deed, Deed::Window(_))));
    // The next click asks again.
    desk.answers.lock().unwrap().probe = None;
    desk.warm(&in_base("ut", ORDER)).await;
}

#[tokio::test(start_paused = true)]
async fn a_busy_licence_closes_the_window_and_says_so() {
    let mut desk = Desk::start(settings());
    desk.open(&in_base("ut", ORDER), Source::Clicked).await;
    let WindowCommand::Open { id, .. } = desk.window().await else {
        panic!("a window opens")
    };
    let trouble = hotstart_core::window::Trouble::Licence;
    desk.report(WindowEvent::Trouble {
        id: id.clone(),
        trouble,
    })
    .await;
    let deeds = desk.rest().await;
    assert!(
        deeds.contains(&Deed::Window(WindowCommand::Release { id, force: true })),
        "{deeds:?}"
    );
    assert!(
        deeds
            .iter()
            .any(|deed| matches!(deed, Deed::Journal(record) if record.error_code.as_deref() == Some("licence.busy")))
    );
}

#[tokio::test(start_paused = true)]
async fn a_command_runs_only_after_the_user_agreed_and_once_allowed_for_good_at_once() {
    let mut desk = Desk::start(settings());
    let command = in_base("ut", "e1cib/app/Обработка.Закрытие");
    desk.open(&command, Source::Clicked).await;
    assert_eq!(desk.rest().await, [Deed::Settings]);
    let question = desk.view().await.question.unwrap();
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "cancel".to_owned(),
    })
    .await
    .unwrap();
    assert_eq!(desk.journal().await.status, Outcome::Refused);

    desk.open(&command, Source::Clicked).await;
    desk.rest().await;
    let question = desk.view().await.question.unwrap();
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "always".to_owned(),
    })
    .await
    .unwrap();
    assert!(matches!(desk.window().await, WindowCommand::Open { .. }));
    desk.rest().await;
    desk.open(&command, Source::Clicked).await;
    assert!(desk.view().await.question.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_page_of_1c_reaches_its_portal_and_strangers_only_by_the_browser() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(&in_base("ut", ORDER)).await;
    let deal = format!("https://{PORTAL}/crm/deal/details/7/");
    for address in [deal.as_str(), "https://news.example/"] {
        desk.report(WindowEvent::Link {
            id: id.clone(),
            address: address.to_owned(),
        })
        .await;
        assert_eq!(desk.next().await, Deed::Browsed(address.to_owned()));
        desk.rest().await;
    }
    for address in [
        "file:///etc/passwd",
        "smb://host/share",
        "ms-settings:",
        "javascript:alert(1)",
    ] {
        desk.report(WindowEvent::Link {
            id: id.clone(),
            address: address.to_owned(),
        })
        .await;
        let deeds = desk.rest().await;
        assert!(
            !deeds
                .iter()
                .any(|deed| matches!(deed, Deed::Browsed(_) | Deed::Window(_))),
            "{address}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_portal_page_in_a_window_of_ours_is_opened_when_it_has_loaded_and_closed_without_a_word() {
    let mut desk = Desk::start(hotstart_core::settings::Settings {
        portal_opening: hotstart_core::settings::PortalOpening::Window,
        ..settings()
    });
    let link = format!("hotstart://b24/{PORTAL}/crm/deal/details/1/");
    desk.open(&link, Source::Clicked).await;
    let WindowCommand::Open { id, role, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert_eq!(role, WindowRole::Portal);
    desk.report(WindowEvent::Loaded { id: id.clone() }).await;
    let record = desk.journal().await;
    assert_eq!((record.operation.as_str(), record.status), ("open", Outcome::Done));
    desk.report(WindowEvent::CloseRequested { id: id.clone() }).await;
    assert_eq!(desk.window().await, WindowCommand::Close { id: id.clone() });
    desk.report(WindowEvent::Destroyed { id }).await;
    assert_eq!(desk.rest().await, []);
    assert_eq!(desk.view().await.failure, None);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_floods_with_links_is_stopped_and_the_journal_says_so_once() {
    let mut desk = Desk::start(settings());
    let warm = desk.warm(&format!("hotstart://onec/ut/{ORDER}")).await;
    let link = |at: u32| WindowEvent::Link {
        id: warm.clone(),
        address: format!("https://{PORTAL}/crm/deal/details/{at}/"),
    };
    let browsed = |deeds: &[Deed]| deeds.iter().filter(|deed| matches!(deed, Deed::Browsed(_))).count();
    for at in 1..=60 {
        desk.report(link(at)).await;
    }
    let deeds = desk.rest().await;
    assert_eq!(browsed(&deeds), 6);
    let refused = |deed: &&Deed| matches!(deed, Deed::Journal(record) if record.error_code.as_deref() == Some("link.refused.flood"));
    assert_eq!(deeds.iter().filter(refused).count(), 1);
    // Quiet for a while, it is a page like any other again.
    tokio::time::sleep(std::time::Duration::from_secs(11)).await;
    desk.report(link(61)).await;
    assert_eq!(browsed(&desk.rest().await), 1);
}
