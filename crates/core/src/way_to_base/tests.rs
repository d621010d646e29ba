use super::Fact::{No, NotChecked, Yes};
use super::*;
use crate::Timestamp;
use crate::doctor::Verdict;
use crate::journal::{JournalRecord, Outcome};
use crate::settings::BaseSettings;
use crate::texts::Language;

fn best(facts: &BaseFacts) -> (Way, Standing) {
    let advice = advise(facts);
    let best = advice.best().unwrap();
    (best.way, best.standing)
}

/// A published server base that has called with success.
fn proven() -> BaseFacts {
    BaseFacts {
        place: Place::Server,
        running: No,
        client_here: Yes,
        terminal: No,
        published: Yes,
        address: Yes,
        chain: Yes,
        service: Yes,
        user: Yes,
        role: Yes,
        released: Yes,
        in_service: No,
        outside: NotChecked,
    }
}

/// A file base that is not published.
fn folder() -> BaseFacts {
    BaseFacts {
        place: Place::File,
        running: NotChecked,
        client_here: Yes,
        published: No,
        user: No,
        in_service: No,
        ..BaseFacts::default()
    }
}

/// The rows of the table in section 9 of the design: who can reach what.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn every_side_of_1c_gets_the_way_that_reaches_it() {
    use Standing::{Needs, Ready, Unsure};
    for (row, facts, expected) in [
        (
            "a client that is attached",
            BaseFacts {
                running: Yes,
                ..folder()
            },
            (Way::RunningClient, Ready),
        ),
        (
            "also of a published base",
            BaseFacts {
                running: Yes,
                ..proven()
            },
            (Way::RunningClient, Ready),
        ),
        (
            "a client on the same computer, file base",
            folder(),
            (Way::PollingClient, Unsure),
        ),
        (
            "a client on the same computer, server base",
            BaseFacts {
                place: Place::Server,
                ..folder()
            },
            (Way::PollingClient, Unsure),
        ),
        (
            "a client on a terminal server",
            BaseFacts {
                terminal: Yes,
                ..folder()
            },
            (Way::PollingClient, Unsure),
        ),
        (
            "a file base without any client here",
            BaseFacts {
                client_here: No,
                ..folder()
            },
            (Way::PollingClient, Needs(1)),
        ),
        ("a server base with its service", proven(), (Way::Service, Ready)),
        (
            "a published file base with its service",
            BaseFacts {
                place: Place::File,
                client_here: No,
                ..proven()
            },
            (Way::Service, Ready),
        ),
        (
            "the service asks for a user that is set",
            BaseFacts {
                service: NotChecked,
                user: NotChecked,
                role: NotChecked,
                ..proven()
            },
            (Way::Service, Unsure),
        ),
        (
            "the service asks, and no user is set",
            BaseFacts {
                service: NotChecked,
                user: No,
                role: NotChecked,
                ..proven()
            },
            (Way::PollingClient, Unsure),
        ),
        (
            "a web client in a browser: only the service is missing",
            BaseFacts {
                client_here: No,
                service: No,
                ..proven()
            },
            (Way::Service, Needs(1)),
        ),
        (
            "a web client of a base in the cloud: service and user are missing",
            BaseFacts {
                place: Place::Web,
                client_here: No,
                service: No,
                user: No,
                in_service: Yes,
                ..proven()
            },
            (Way::VendorService, Unsure),
        ),
        (
            "a base in the cloud with a client here",
            BaseFacts {
                place: Place::Web,
                in_service: Yes,
                service: No,
                user: No,
                role: NotChecked,
                ..proven()
            },
            (Way::PollingClient, Unsure),
        ),
        (
            "a base in the cloud whose service works",
            BaseFacts {
                place: Place::Web,
                in_service: Yes,
                ..proven()
            },
            (Way::Service, Unsure),
        ),
        (
            "a server base of which nothing is published and no client is here",
            BaseFacts {
                place: Place::Server,
                client_here: No,
                ..folder()
            },
            (Way::PollingClient, Needs(1)),
        ),
        (
            "a server base worked with in a browser, without service and user",
            BaseFacts {
                client_here: No,
                service: No,
                user: No,
                ..proven()
            },
            (Way::VendorPush, Unsure),
        ),
        ("nothing is known", BaseFacts::default(), (Way::Service, Unsure)),
    ] {
        assert_eq!(best(&facts), expected, "{row}");
    }
}

/// The checks of the vendor's lesson: address, chain, user and role, service, licence, service mode.
#[test]
fn each_thing_that_does_not_hold_is_told_with_what_to_do() {
    type Change = fn(&mut BaseFacts);
    let changes: [(Change, Condition, bool); 7] = [
        (|facts| facts.published = No, Condition::Published, true),
        (|facts| facts.address = No, Condition::Address, true),
        (|facts| facts.chain = No, Condition::Chain, true),
        (|facts| facts.service = No, Condition::Service, true),
        (|facts| facts.user = No, Condition::User, true),
        (|facts| facts.role = No, Condition::Role, true),
        (|facts| facts.released = No, Condition::Released, false),
    ];
    for (change, condition, stops) in changes {
        let mut facts = proven();
        change(&mut facts);
        let advice = advise(&facts);
        let service = advice
            .ways
            .iter()
            .find(|judgement| judgement.way == Way::Service)
            .unwrap();
        let expected = if stops { Standing::Needs(1) } else { Standing::Ready };
        assert_eq!(service.standing, expected, "{condition:?}");
        assert!(service.evidence.contains(&(condition, No)));
        assert!(texts::step(condition).is_some());
    }
}

#[test]
fn the_vendors_connection_is_closed_to_a_base_in_a_service_and_freezes_a_file_base() {
    let standing = |facts: &BaseFacts| {
        let advice = advise(facts);
        advice
            .ways
            .iter()
            .find(|judgement| judgement.way == Way::VendorPush)
            .unwrap()
            .standing
    };
    assert_eq!(
        standing(&proven()),
        Standing::Unsure,
        "the connector is never seen from a desk"
    );
    assert_eq!(
        standing(&BaseFacts {
            in_service: Yes,
            ..proven()
        }),
        Standing::Impossible
    );
    assert_eq!(standing(&folder()), Standing::Needs(1));
}

/// Every combination: the advice is one of its own ways, never a closed one, and never better than what was seen.
#[test]
fn what_was_not_seen_is_never_taken_for_granted() {
    let facts = [Yes, No, NotChecked];
    let places = [Place::File, Place::Server, Place::Web];
    let mut judged = 0;
    for number in 0..3usize.pow(9) {
        let fact = |at: u32| facts[number / 3usize.pow(at) % 3];
        let facts = BaseFacts {
            place: places[number % 3],
            running: fact(1),
            client_here: fact(2),
            terminal: NotChecked,
            published: fact(3),
            address: Yes,
            chain: fact(4),
            service: fact(5),
            user: fact(6),
            role: fact(7),
            released: NotChecked,
            in_service: fact(8),
            outside: NotChecked,
        };
        let advice = advise(&facts);
        let best = advice.best().unwrap();
        assert_eq!(advice.ways.len(), Way::ALL.len());
        let unseen = best
            .evidence
            .iter()
            .any(|(condition, fact)| *fact != Yes && *condition != Condition::Released);
        assert_eq!(best.standing == Standing::Ready, !unseen, "{facts:?}");
        if facts.running == Yes {
            assert_eq!(best.way, Way::RunningClient);
        }
        let check = advice.check();
        let ready = best.standing == Standing::Ready;
        assert_eq!(check.verdict() == Verdict::Ok, ready, "{facts:?}");
        judged += 1;
    }
    assert_eq!(judged, 19_683);
}

fn relayed(status: Outcome, error: Option<&str>) -> JournalRecord {
    JournalRecord {
        timestamp: Timestamp(0),
        operation: "relay".to_owned(),
        source_system: "p.example".to_owned(),
        target_system: "ut".to_owned(),
        object_id: String::new(),
        status,
        details: String::new(),
        duration_ms: 0,
        error_code: error.map(str::to_owned),
    }
}

#[test]
fn facts_come_from_settings_checks_and_the_journal() {
    let base = BaseSettings {
        alias: "ut".to_owned(),
        publication: Some("https://1c.example.ru/ut".to_owned()),
        service_user: Some("Обмен".to_owned()),
        connect: Some("Srvr=\"srv\";Ref=\"ut\";".to_owned()),
        ..BaseSettings::default()
    };
    let checks = [
        Finding::AddressGood,
        Finding::Reached,
        Finding::CertificateLink,
        Finding::ServicesAsks,
        Finding::ModeOwn,
        Finding::ReleaseUnseen,
        Finding::Outside,
    ]
    .map(Check::new);
    let facts = BaseFacts::gathered(&base, &checks, &[]);
    let expected = BaseFacts {
        place: Place::Server,
        published: Yes,
        address: Yes,
        chain: No,
        in_service: No,
        ..BaseFacts::default()
    };
    assert_eq!(facts, expected);

    let worked = BaseFacts::gathered(&base, &checks, &[relayed(Outcome::Done, None)]);
    assert_eq!((worked.service, worked.user, worked.role), (Yes, Yes, Yes));
    let turned = [
        relayed(Outcome::Done, None),
        relayed(Outcome::Failed, Some("service.refused")),
    ];
    assert_eq!(
        BaseFacts::gathered(&base, &checks, &turned).user,
        No,
        "the newest counts"
    );
    let bare = BaseFacts::gathered(&BaseSettings::default(), &[], &[]);
    assert_eq!((bare.published, bare.user), (No, No));
}

#[test]
fn the_doctor_says_what_was_seen_and_what_to_do() {
    let view = advise(&BaseFacts {
        client_here: No,
        ..folder()
    })
    .check()
    .view(Language::Ru);
    assert_eq!(
        (view.code.as_str(), view.finding.as_str()),
        ("base.way", "polling-needs")
    );
    assert_eq!(view.verdict, Verdict::Warning);
    assert!(
        view.evidence
            .ends_with("На этом компьютере клиента 1С нет. Подключён ли клиент к мосту, отсюда не видно.")
    );
    assert!(view.advice.unwrap().contains("Установите тонкий клиент 1С."));
    let view = advise(&proven()).check().view(Language::En);
    assert_eq!((view.finding.as_str(), view.verdict), ("service", Verdict::Ok));
    assert!(view.evidence.contains("The HTTP service of Hotstart answers."));
}
