//! First choice and fallbacks of a base, native clients, looks and stars.
use hotstart_core::failure::{Code, Failure};
use hotstart_core::link::Source;
use hotstart_core::plan::Facts;
use hotstart_core::settings::{Method, Settings};
use hotstart_core::view::UiCommand;
use hotstart_core::window::{WindowCommand, WindowEvent, WindowLook};
use onec::System;
use onec::platforms::Installed;

use super::desk::{Deed, Desk, settings};
use crate::Request;

const ORDER: &str = "hotstart://onec/ut/e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";

fn with(methods: &[Method]) -> Settings {
    let mut settings = settings();
    settings.bases[0].methods = methods.to_vec();
    settings
}

async fn with_starter(desk: &Desk) {
    let installed = Installed {
        starter: Some("/opt/1cv8/common/1cestart".to_owned()),
        ..Installed::default()
    };
    let facts = Facts {
        system: System::Linux,
        installed,
        ..Facts::default()
    };
    desk.send(Request::OneC(Box::new(facts))).await;
}

/// The starter is started, and the journal has it.
async fn goes_native(desk: &mut Desk) {
    assert_eq!(
        desk.next().await,
        Deed::Launched("/opt/1cv8/common/1cestart".to_owned())
    );
    let record = desk.journal().await;
    assert_eq!((record.target_system.as_str(), record.error_code), ("native", None));
}

#[tokio::test(start_paused = true)]
async fn the_native_client_is_started_where_it_is_the_choice() {
    let mut desk = Desk::start(with(&[Method::Native, Method::Hot]));
    with_starter(&desk).await;
    desk.open(ORDER, Source::Clicked).await;
    goes_native(&mut desk).await;
}

#[tokio::test(start_paused = true)]
async fn a_base_without_publication_is_shown_in_the_native_client() {
    let mut settings = with(&[Method::Native]);
    settings.bases[0].publication = None;
    settings.bases[0].connect = Some(r#"Srvr="srv";Ref="ut";"#.to_owned());
    let mut desk = Desk::start(settings);
    with_starter(&desk).await;
    let show = UiCommand::ShowBase { alias: "ut".to_owned() };
    desk.ui(show).await.unwrap();
    goes_native(&mut desk).await;
}

#[tokio::test(start_paused = true)]
async fn without_a_program_of_1c_the_next_way_is_gone() {
    let mut desk = Desk::start(with(&[Method::Native, Method::Hot]));
    desk.open(ORDER, Source::Clicked).await;
    assert!(matches!(desk.window().await, WindowCommand::Open { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_publication_that_is_not_there_leaves_the_native_client() {
    let mut desk = Desk::start(with(&[Method::Hot, Method::Browser, Method::Native]));
    with_starter(&desk).await;
    desk.answers.lock().unwrap().probe = Some(Code::BaseUnreachable);
    desk.open(ORDER, Source::Clicked).await;
    let record = desk.journal().await;
    assert_eq!(record.target_system, "native");
    assert_eq!(record.details, "hot: base.unreachable");
    let deeds = desk.rest().await;
    assert!(!deeds.iter().any(|deed| matches!(deed, Deed::Browsed(_))), "{deeds:?}");
}

#[tokio::test(start_paused = true)]
async fn a_busy_licence_is_told_and_nothing_else_is_tried() {
    let mut desk = Desk::start(with(&[Method::Hot, Method::Browser]));
    desk.answers.lock().unwrap().probe = Some(Code::LicenceBusy);
    desk.open(ORDER, Source::Clicked).await;
    assert_eq!(desk.journal().await.error_code.as_deref(), Some("licence.busy"));
    let deeds = desk.rest().await;
    assert!(!deeds.iter().any(|deed| matches!(deed, Deed::Browsed(_))), "{deeds:?}");
}

#[tokio::test(start_paused = true)]
async fn the_next_window_of_a_base_looks_like_the_last_one() {
    let mut desk = Desk::start(settings());
    let id = desk.warm(ORDER).await;
    let look = WindowLook {
        width: 900,
        height: 20,
        at: Some((10, 20)),
        maximized: false,
        zoom: 125,
    };
    desk.report(WindowEvent::Look { id: id.clone(), look }).await;
    desk.report(WindowEvent::Released { id, confirmed: true }).await;
    desk.rest().await;
    desk.open(ORDER, Source::Clicked).await;
    let WindowCommand::Open { look: restored, .. } = desk.window().await else {
        panic!("a window opens")
    };
    assert_eq!(restored, Some(look.usable()));
    assert_eq!(desk.store.stored().looks, [("ut".to_owned(), look.usable())]);
}

#[tokio::test(start_paused = true)]
async fn an_object_gets_a_star_and_loses_it() {
    let mut desk = Desk::start(settings());
    desk.warm(ORDER).await;
    for (favourite, stars) in [(true, 1), (true, 1), (false, 0), (false, 0)] {
        desk.ui(UiCommand::SetFavourite {
            link: ORDER.to_owned(),
            favourite,
        })
        .await
        .unwrap();
        desk.rest().await;
        assert_eq!(desk.view().await.favourites.len(), stars);
        assert_eq!(desk.store.stored().favourites.len(), stars);
    }
}

#[tokio::test(start_paused = true)]
async fn links_of_1c_are_taken_only_when_that_is_wanted() {
    let mut desk = Desk::start(settings());
    assert!(!desk.rest().await.iter().any(|deed| matches!(deed, Deed::TookE1c(_))));
    let mut desk = Desk::start(Settings {
        e1c_links: true,
        ..settings()
    });
    assert_eq!(desk.rest().await, [Deed::TookE1c(true)]);
}

const NEW: &str = "hotstart://crm/portal.example.ru/deal/7/new/Документ.Заказ";

fn with_service() -> Settings {
    let mut settings = settings();
    settings.bases[0].service_user = Some("robot".to_owned());
    settings
}

/// The user agrees to make something.
async fn agree(desk: &mut Desk) {
    desk.rest().await;
    let question = desk.view().await.question.unwrap();
    desk.ui(UiCommand::Answer {
        question: question.id,
        choice: "allow".to_owned(),
    })
    .await
    .unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_base_with_the_service_is_asked_for_a_filled_draft() {
    let mut desk = Desk::start(with_service());
    let nav = "e1cib/data/Документ.Заказ?ref=8936000c29dddd3811ecc9c9312e175a";
    desk.answers.lock().unwrap().draft = Ok(Some(nav.to_owned()));
    desk.open(NEW, Source::Clicked).await;
    agree(&mut desk).await;
    assert_eq!(desk.next().await, Deed::AskedDraft("Документ.Заказ".to_owned()));
    let WindowCommand::Open { address, .. } = desk.window().await else {
        panic!("the draft opens")
    };
    assert!(address.ends_with("?ref=8936000c29dddd3811ecc9c9312e175a"), "{address}");
}

#[tokio::test(start_paused = true)]
async fn without_a_draft_the_empty_form_opens_and_the_journal_says_why() {
    for (answer, details) in [
        (Ok(None), ""),
        (Err(Failure::new(Code::ServiceRefused)), "draft: service.refused"),
    ] {
        let mut desk = Desk::start(with_service());
        desk.answers.lock().unwrap().draft = answer;
        desk.open(NEW, Source::Clicked).await;
        agree(&mut desk).await;
        let WindowCommand::Open { id, address, .. } = desk.window().await else {
            panic!("the form opens")
        };
        assert!(!address.contains("ref="), "{address}");
        desk.report(WindowEvent::Ready { id }).await;
        assert_eq!(desk.journal().await.details, details);
    }
}

#[tokio::test(start_paused = true)]
async fn a_base_whose_services_are_not_used_is_not_asked() {
    let mut desk = Desk::start(settings());
    desk.open(NEW, Source::Clicked).await;
    agree(&mut desk).await;
    let deeds = desk.rest().await;
    assert!(
        !deeds.iter().any(|deed| matches!(deed, Deed::AskedDraft(_))),
        "{deeds:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn the_user_of_the_services_is_named_only_with_a_kept_password() {
    let desk = Desk::start(settings());
    let set = |user: Option<&str>| UiCommand::SetService {
        alias: "ut".to_owned(),
        user: user.map(str::to_owned),
        password: "word".to_owned(),
        memory_only: false,
    };
    let known = async || desk.view().await.settings.bases[0].service_user.clone();
    desk.ui(set(Some(" robot "))).await.unwrap();
    assert_eq!(known().await.as_deref(), Some("robot"));
    assert_eq!(desk.ui(set(Some("a:b"))).await.unwrap_err().code, "service.refused");
    assert_eq!(known().await.as_deref(), Some("robot"));
    desk.ui(set(None)).await.unwrap();
    assert_eq!(known().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_base_that_moved_has_no_user_of_its_services_any_more() {
    let desk = Desk::start(with_service());
    let base = desk.view().await.settings.bases[0].clone();
    let save = |publication: &str| UiCommand::SaveBase {
        previous: Some(base.alias.clone()),
        alias: base.alias.clone(),
        name: base.name.clone(),
        publication: Some(publication.to_owned()),
        intranet: base.intranet,
        methods: base.methods.clone(),
        window_mode: base.window_mode,
        cold_window_mode: base.cold_window_mode,
        keep: base.keep,
        connect: base.connect.clone(),
        platform: base.platform.clone(),
    };
    desk.ui(save("https://srv.example.ru/ut")).await.unwrap();
    assert_eq!(
        desk.view().await.settings.bases[0].service_user.as_deref(),
        Some("robot")
    );
    desk.ui(save("https://elsewhere.example.ru/ut")).await.unwrap();
    assert_eq!(desk.view().await.settings.bases[0].service_user, None);
}
