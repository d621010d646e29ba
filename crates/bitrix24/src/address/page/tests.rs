use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::address::PagePath;

fn path(text: &str) -> PagePath {
    PagePath::parse(text).unwrap()
}

#[test]
fn every_template_is_a_page_and_is_read_as_its_own_kind() {
    let mut words = BTreeSet::new();
    for kind in PageKind::ALL {
        assert!(words.insert(kind.word()), "{kind:?}: the word stands twice");
        assert_eq!(PageKind::parse(kind.word()), Some(*kind));
        assert_eq!(kind.printed().kind(), *kind);
        for template in kind.templates() {
            let names = template
                .split('{')
                .skip(1)
                .map(|part| part.split(['}', ':']).next().unwrap());
            let text = names.fold((*template).to_owned(), |text, name| {
                let value = if name == "solution" { "page/sales" } else { "17" };
                [":text", ":many", ""]
                    .iter()
                    .fold(text, |text, form| text.replace(&format!("{{{name}{form}}}"), value))
            });
            let page = path(&text).page().unwrap_or_else(|| panic!("{text}"));
            assert_eq!(page.kind(), *kind, "{text}");
            let first = kind.templates()[0] == *template;
            assert!(!first || page.path().as_str() == text, "{text}: {}", page.path());
            assert_eq!(page.path().page(), Some(page), "{text}");
            // These are names that any site may have: they are known only where the portal is.
            let anywhere = [
                PageKind::SolutionItem,
                PageKind::Marketplace,
                PageKind::Developer,
                PageKind::Documents,
            ];
            assert!(path(&text).is_portal_page() || anywhere.contains(kind), "{text}");
        }
    }
}

#[test]
fn pages_and_entities_agree() {
    for text in [
        "/crm/lead/show/5/",
        "/crm/deal/details/5/",
        "/crm/type/31/details/5/",
        "/crm/type/128/details/5/",
        "/page/sales/type/1030/details/11/",
        "/extranet/crm/deal/details/5/",
        "/tasks/task/view/12/",
        "/company/personal/user/1/tasks/task/view/12/?commentAction=x",
        "/extranet/contacts/personal/user/1/tasks/task/view/12/",
        "/workgroups/group/3/tasks/task/edit/12/",
        "/company/personal/user/4/",
        "/workgroups/group/3/",
        "/online/?IM_DIALOG=chat15&IM_MESSAGE=2",
        "/online/?IM_DIALOG=15",
        "/company/personal/user/1/tasks/task/edit/0/",
        "/crm/deal/details/0/",
        "/crm/deal/list/",
        "/online/",
        "/crm/company/details/0/?mycompany=y",
    ] {
        let path = path(text);
        assert_eq!(path.page().and_then(|page| page.entity()), path.entity(), "{text}");
    }
}

#[test]
fn values_are_those_of_the_address() {
    let page = path("/extranet/online/?IM_DIALOG=chat007&x=1").page().unwrap();
    assert_eq!(
        (page.kind(), page.value("id"), page.is_extranet()),
        (PageKind::Chat, Some("7"), true)
    );
    assert_eq!(page.path().as_str(), "/extranet/online/?IM_DIALOG=chat7");
    let folder = path("/company/personal/user/3/disk/path/Отчёты/2026/").page().unwrap();
    assert_eq!(folder.value("rest"), Some("Отчёты/2026"));
    assert_eq!(path("/mail/message/new").page().unwrap().kind(), PageKind::NewMail);
    assert_eq!(Page::new(PageKind::Deal, &[("id", "0")]), None);
    assert_eq!(Page::new(PageKind::Deal, &[]), None);
    assert_eq!(Page::new(PageKind::Conference, &[("alias", "a/b")]), None);
    let list = Page::new(PageKind::ItemList, &[("type", "128"), ("category", "0")]).unwrap();
    assert_eq!(list.path().as_str(), "/crm/type/128/list/category/0/");
    assert_eq!(path("/unknown/").page(), None);
}

#[test]
fn a_portal_of_the_company_may_have_moved_its_pages() {
    let moved = [
        Template::parse("deal", "/b24/deals/{id}").unwrap(),
        Template::parse("task", "/t/{user}/{id}/").unwrap(),
    ];
    let deal = Entity::parse("deal:5").unwrap();
    assert_eq!(Page::of_entity(deal).path_with(&moved).as_str(), "/b24/deals/5");
    for text in ["/b24/deals/5", "/crm/deal/details/5/"] {
        let page = Page::of_path_with(&path(text), &moved).unwrap();
        assert_eq!(page.entity(), Some(deal), "{text}");
    }
    assert_eq!(path("/b24/deals/5").page(), None);
    for (word, text) in [
        ("deal", "/x/"),
        ("deal", "x/{id}/"),
        ("deal", "/{id}/{id}/"),
        ("deal", "/../{id}/"),
        ("deal", "//{id}"),
        ("deal", "/{user}/"),
        ("nothing", "/{id}/"),
        ("deal", "/{id:file}/"),
        ("deal", "/rest/{id}/"),
        ("deal", "/{id"),
        ("task", "/{id}/"),
    ] {
        let template = Template::parse(word, text);
        assert!(template.is_none() || text == "//{id}", "{word} {text}");
    }
}

#[test]
fn the_side_panel_has_its_own_variant() {
    for (plain, slider) in [
        (
            "/crm/deal/details/5/",
            "/crm/deal/details/5/?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER",
        ),
        ("/x/?a=1#b", "/x/?a=1&IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER#b"),
        ("/x/#b", "/x/?IFRAME=Y&IFRAME_TYPE=SIDE_SLIDER#b"),
    ] {
        let panel = path(plain).in_slider();
        assert_eq!(panel.as_str(), slider);
        assert!(panel.is_slider() && !path(plain).is_slider());
        assert_eq!(panel.in_slider(), panel);
        assert_eq!(panel.out_of_slider().as_str(), plain);
        assert_eq!(PagePath::parse(slider).unwrap(), panel);
        assert_eq!(panel.page(), path(plain).page());
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(kind in 0..PageKind::ALL.len(), numbers in proptest::collection::vec(1..=i64::MAX.unsigned_abs(), 4), words in "[a-zA-Zа-я0-9_-]{1,12}") {
        let kind = PageKind::ALL[kind];
        let mut numbers = numbers.into_iter();
        let template = kind.templates()[0];
        let values: Vec<(String, String)> = template.split('{').skip(1).map(|part| {
            let inner = part.split('}').next().unwrap();
            let (name, form) = inner.split_once(':').unwrap_or((inner, ""));
            let value = if form.is_empty() { numbers.next().unwrap().to_string() } else { format!("w{words}") };
            (name.to_owned(), value)
        }).collect();
        let borrowed: Vec<(&str, &str)> = values.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = Page::new(kind, &borrowed).unwrap();
        prop_assert_eq!(page.path().page(), Some(page.clone()));
        prop_assert_eq!(PagePath::parse(page.path().as_str()), Ok(page.path()));
    }

    #[test]
    fn no_path_panics(text in "/[a-z/0-9?=&{}#%]{0,60}") {
        if let Ok(path) = PagePath::parse(&text) && let Some(page) = path.page() {
            prop_assert_eq!(page.path().page(), Some(page));
        }
    }
}
