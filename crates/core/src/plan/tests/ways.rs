//! The choice of a way, its fallbacks and the window mode.
use super::*;

#[test]
fn the_first_way_that_can_be_gone_is_chosen_and_the_others_are_kept() {
    use Method::{Browser, Cold, Hot, Native};
    for (methods, published, starter, expected) in [
        (vec![Hot, Browser], true, false, vec!["hot", "browser"]),
        (vec![Cold], true, false, vec!["cold"]),
        (vec![Browser, Hot], true, true, vec!["browser", "hot"]),
        (vec![Native, Hot], true, true, vec!["native", "hot"]),
        (vec![Native, Hot], true, false, vec!["hot"]),
        (vec![Hot, Native], false, true, vec!["native"]),
        (vec![Hot, Hot, Cold, Hot], true, false, vec!["hot", "cold"]),
        (vec![], true, false, vec!["hot", "browser"]),
    ] {
        let settings = with(|base| {
            base.methods.clone_from(&methods);
            base.id = Some("8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11".to_owned());
            if !published {
                base.publication = None;
            }
        });
        let mut facts = facts(System::Linux);
        if !starter {
            facts.installed.starter = None;
        }
        assert_eq!(words(planned(&order(), &settings, &facts)), expected, "{methods:?}");
    }
}

#[test]
fn a_base_without_a_way_is_refused_for_the_reason_of_its_first_choice() {
    let none = Facts::default();
    for (methods, publication, expected) in [
        (vec![Method::Hot, Method::Native], None, Code::BaseUnpublished),
        (vec![Method::Native, Method::Hot], None, Code::BaseUnlisted),
        (vec![Method::Native], Some("https://srv/ut"), Code::PlatformMissing),
        (vec![Method::Hot], Some("ftp://srv/ut"), Code::PublicationInvalid),
        (vec![Method::Cold], Some("http://srv/ut"), Code::AddressInsecure),
        (vec![Method::Browser], Some("http://srv/ut"), Code::AddressInsecure),
        (vec![], None, Code::BaseUnpublished),
    ] {
        let settings = with(|base| {
            base.methods.clone_from(&methods);
            base.publication = publication.map(ToOwned::to_owned);
        });
        let found = code(&planned(&order(), &settings, &none));
        assert_eq!(found, Some(expected), "{methods:?} {publication:?}");
    }
}

#[test]
fn the_start_page_opens_in_a_window_or_in_the_native_client() {
    use Method::{Browser, Cold, Hot, Native};
    let id = "8e6fa6b2-3d55-4a31-9d6f-0e6a3f3e6c11";
    for (methods, published, starter, expected) in [
        (vec![Hot, Browser], true, true, Ok(vec!["hot"])),
        (vec![Browser, Native, Cold], true, true, Ok(vec!["hot", "native"])),
        (vec![Native, Cold], true, true, Ok(vec!["native", "hot"])),
        (vec![Native, Hot], true, false, Ok(vec!["hot"])),
        (vec![Native], false, true, Ok(vec!["native"])),
        (vec![Native], false, false, Err(Code::PlatformMissing)),
        (vec![Hot, Native], false, false, Err(Code::BaseUnpublished)),
    ] {
        let settings = with(|base| {
            base.methods.clone_from(&methods);
            base.id = Some(id.to_owned());
            if !published {
                base.publication = None;
            }
        });
        let mut facts = facts(System::Linux);
        if !starter {
            facts.installed.starter = None;
        }
        let found = start(&settings.bases[0], &facts)
            .map(|ways| ways.all().map(|way| way.word()).collect::<Vec<_>>())
            .map_err(|failure| failure.code);
        assert_eq!(found, expected, "{methods:?}");
    }
}

#[test]
fn plain_http_is_for_this_computer_and_the_intranet() {
    for (publication, intranet) in [("http://127.0.0.1:8080/ut", false), ("http://srv/ut", true)] {
        let settings = with(|base| {
            base.publication = Some(publication.to_owned());
            base.intranet = intranet;
        });
        assert_eq!(
            words(planned(&order(), &settings, &Facts::default())),
            ["hot", "browser"]
        );
    }
}

fn addresses(settings: &Settings, wish: Wish) -> Vec<String> {
    let link = Link::parse("hotstart://onec/ut/e1cib/list/Document.Order").unwrap();
    let ways = ways_of(plan(&link, settings, &Facts::default(), &wish));
    let address = |way: &Way| match way {
        Way::Hot { place } | Way::Cold { place } => place.address.clone(),
        Way::Browser { address } => address.clone(),
        Way::Running { .. } | Way::Native { .. } => panic!("{way:?}"),
    };
    ways.iter().map(address).collect()
}

#[test]
fn hot_is_normal_and_cold_is_in_desktop_mode_unless_set_or_wished_otherwise() {
    const NORMAL: &str = "https://srv.example.ru/ut/#e1cib/list/Document.Order";
    const DESKTOP: &str = "https://srv.example.ru/ut/?MainWindowMode=Workplace#e1cib/list/Document.Order";
    let all = vec![Method::Hot, Method::Cold, Method::Browser];
    let usual = with(|base| base.methods.clone_from(&all));
    assert_eq!(addresses(&usual, Wish::default()), [NORMAL, DESKTOP, NORMAL]);
    let turned = with(|base| {
        base.methods.clone_from(&all);
        base.window_mode = WindowMode::Workplace;
        base.cold_window_mode = WindowMode::Normal;
    });
    assert_eq!(addresses(&turned, Wish::default()), [DESKTOP, NORMAL, DESKTOP]);
    for (mode, expected) in [(WindowMode::Normal, NORMAL), (WindowMode::Workplace, DESKTOP)] {
        let wish = Wish {
            mode: Some(mode),
            ..Wish::default()
        };
        assert_eq!(addresses(&usual, wish), [expected; 3]);
    }
}

#[test]
fn a_wished_method_comes_first() {
    let wish = Wish {
        method: Some(Method::Cold),
        ..Wish::default()
    };
    let planned = plan(&Link::parse(&order()).unwrap(), &settings(), &Facts::default(), &wish);
    assert_eq!(words(planned), ["cold", "hot", "browser"]);
}

#[test]
fn a_running_client_goes_before_a_new_one() {
    let mut facts = facts(System::Windows);
    facts.running.insert("ut".to_owned());
    let settings = with(|base| base.methods = vec![Method::Native, Method::Browser]);
    let planned = planned(&order(), &settings, &facts);
    assert_eq!(words(planned.clone()), ["running", "native", "browser"]);
    let nav = format!("e1cib/data/Документ.Заказ?ref={R}");
    assert_eq!(ways_of(planned)[0], Way::Running { nav });
}

#[test]
fn a_base_has_a_choice_and_what_is_left_behind_it() {
    let Plan::Open { ways, base } = planned(&order(), &settings(), &Facts::default()) else {
        panic!("a known base opens")
    };
    assert_eq!(base, "ut");
    assert_eq!(ways.first.word(), "hot");
    assert_eq!(ways.rest.iter().map(Way::word).collect::<Vec<_>>(), ["browser"]);
}
