use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::settings::{BaseSettings, Method};

fn policy(value: Value) -> Policy {
    Policy::new(value.as_object().cloned().unwrap()).unwrap()
}

fn refused(value: Value) -> PolicyRefused {
    Policy::new(value.as_object().cloned().unwrap()).unwrap_err()
}

fn base(alias: &str, publication: &str) -> BaseSettings {
    BaseSettings {
        alias: alias.to_owned(),
        name: alias.to_uppercase(),
        publication: Some(publication.to_owned()),
        ..BaseSettings::default()
    }
}

#[test]
fn nothing_is_set_by_an_empty_one() {
    let policy = policy(json!({}));
    let settings = Settings {
        e1c_links: true,
        ..Settings::default()
    };
    assert!(policy.is_empty() && policy.locked().is_empty());
    assert_eq!(policy.over(&settings), settings);
    assert_eq!(policy.own(&settings, &Settings::default()), settings);
}

#[test]
fn a_value_is_in_force_and_the_one_of_the_user_comes_back() {
    let policy = policy(json!({"pool": {"companyCap": 2}, "notifications": {"messages": false}}));
    let mut own = Settings::default();
    own.pool.windows = 7;
    let mut force = policy.over(&own);
    assert_eq!((force.pool.company_cap, force.pool.windows), (Some(2), 7));
    assert!(!force.notifications.messages && force.notifications.bell);
    assert_eq!(policy.locked(), ["notifications.messages", "pool.companyCap"]);

    // The user tries to lift it, and changes something that is his own.
    force.pool.company_cap = None;
    force.notifications.bell = false;
    let force = policy.over(&force);
    assert_eq!((force.pool.company_cap, force.notifications.bell), (Some(2), false));
    let file = policy.own(&force, &own);
    assert_eq!((file.pool.company_cap, file.pool.windows), (None, 7));
    assert!(file.notifications.messages && !file.notifications.bell);
}

#[test]
fn bases_are_joined_by_their_aliases() {
    let policy = policy(json!({"bases": [
        {"alias": "ut", "publication": "https://srv/ut"},
        {"alias": "bp", "name": "Бухгалтерия", "publication": "https://srv/bp", "methods": ["cold"]},
    ]}));
    let own = Settings {
        bases: vec![base("ut", "https://old/ut"), base("mine", "https://srv/mine")],
        ..Settings::default()
    };
    let force = policy.over(&own);
    let told: Vec<_> = force
        .bases
        .iter()
        .map(|base| (base.alias.as_str(), base.name.as_str(), base.publication.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            ("ut", "UT", Some("https://srv/ut")),
            ("mine", "MINE", Some("https://srv/mine")),
            ("bp", "Бухгалтерия", Some("https://srv/bp"))
        ]
    );
    assert_eq!(force.bases[2].methods, [Method::Cold]);
    // What a policy leaves out of a base that the user does not have is as in a new one.
    assert_eq!(policy.over(&Settings::default()).bases[0].name, "ut");
    // Removing one of the company's bases does not last, and the file never gets them.
    let mut without = force.clone();
    without.bases.retain(|base| base.alias != "bp");
    assert_eq!(policy.over(&without).bases, force.bases);
    assert_eq!(policy.own(&force, &own), own);
    assert!(policy.locked().contains(&"bases[bp].methods".to_owned()));
}

#[test]
fn what_fits_no_setting_is_refused() {
    assert_eq!(
        refused(json!({"pool": {"companyCapp": 2}})),
        PolicyRefused::Unknown("pool.companyCapp".to_owned())
    );
    assert_eq!(refused(json!({"pool": {"companyCap": "two"}})), PolicyRefused::Type);
    assert_eq!(refused(json!({"pool": 7})), PolicyRefused::Type);
    assert_eq!(
        refused(json!({"bases": [{"alias": "ut", "publicaton": "https://srv/ut"}]})),
        PolicyRefused::Unknown("bases.publicaton".to_owned())
    );
    assert_eq!(
        refused(json!({"bases": [{"name": "x"}]})),
        PolicyRefused::Nameless("bases".to_owned())
    );
}

proptest! {
    #[test]
    fn laying_it_twice_changes_nothing_and_lifting_it_gives_the_file_back(
        windows in 0_u32..9, cap in proptest::option::of(0_u32..9), toasts: bool, aliases in proptest::collection::btree_set("[a-c]", 0..3),
    ) {
        let policy = policy(json!({
            "pool": {"companyCap": 3, "windows": 2},
            "notifications": {"toasts": false},
            "bases": [{"alias": "b", "name": "B", "publication": null}],
        }));
        let mut own = Settings::default();
        own.pool.windows = windows;
        own.pool.company_cap = cap;
        own.notifications.toasts = toasts;
        own.bases = aliases.iter().map(|alias| base(alias, "https://srv/x")).collect();
        let force = policy.over(&own);
        prop_assert_eq!(policy.over(&force), force.clone());
        prop_assert_eq!(policy.own(&force, &own), own);
    }
}
