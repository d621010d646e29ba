//! Looks that are answered late, never, or with nothing that can be understood.

use super::*;

/// A look is under way, and 7 was heard live behind 6, which the server skipped.
fn looking() -> Rig {
    let mut rig = resumed();
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    rig.text(&event(7));
    rig.text(&event(8));
    rig
}

#[test]
fn a_look_that_is_answered_late_is_waited_for() {
    for late in [5, 7, 20] {
        let mut rig = looking();
        if late > 5 {
            // The server took the request and is slow.
            rig.pass(Duration::from_secs(5));
            rig.put(Input::LookHeld);
            assert_eq!(
                stored(&mut rig),
                [(vec![7, 8], "5".to_owned(), None)],
                "the cursor stays"
            );
        }
        rig.pass(Duration::from_secs(late - 5));
        assert_eq!(rig.words(), "");
        rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7) + &event(8)))));
        rig.put(Input::LookEnded(true));
        let expected = if late > 5 { vec![6] } else { vec![6, 7, 8] };
        let cursor = || "8".to_owned();
        let found = stored(&mut rig);
        assert_eq!(found[0], (expected, cursor(), None));
        rig.text(&event(9));
        assert_eq!(stored(&mut rig), [(vec![9], "9".to_owned(), None)]);
        assert_eq!(
            rig.session.next_timeout(),
            Some(rig.now.instant + Duration::from_secs(25))
        );
    }
}

#[test]
fn a_look_that_was_held_brings_what_a_second_one_confirms() {
    let mut rig = looking();
    rig.put(Input::LookHeld);
    assert_eq!(stored(&mut rig), [(vec![7, 8], "5".to_owned(), None)]);
    rig.put(Input::Looked(Frame::Text(&event(9))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "look:5", "heard live, and 6 may be missing before it");
    rig.put(Input::Looked(Frame::Text(
        &(event(6) + &event(7) + &event(8) + &event(9)),
    )));
    rig.put(Input::LookEnded(true));
    assert_eq!(numbers(&rig.settle()), [6, 9]);
    assert_eq!(rig.words(), "");
}

#[test]
fn a_look_that_is_never_answered_is_tried_again_and_then_told() {
    let mut rig = looking();
    for words in ["forget-look", "look:5", "forget-look", "look:5"] {
        assert_eq!(rig.words(), "", "before {words}");
        // Each attempt has fifteen seconds, and the pause is that of the rig.
        rig.pass(if words == "look:5" {
            WAIT
        } else {
            Duration::from_secs(15)
        });
        assert_eq!(rig.words(), words, "events are held back");
        rig.put(Input::Pong);
    }
    rig.pass(Duration::from_secs(15));
    assert_eq!(rig.words(), "forget-look deliver:2");
    assert_eq!(rig.pauses(), [Pause::Look { attempt: 0 }, Pause::Look { attempt: 1 }]);
}

#[test]
fn a_look_that_is_held_for_ever_is_tried_again() {
    let mut rig = looking();
    rig.put(Input::LookHeld);
    assert_eq!(stored(&mut rig), [(vec![7, 8], "5".to_owned(), None)]);
    for _ in 0..58 {
        rig.pass(Duration::from_secs(1));
        rig.put(Input::Pong);
    }
    assert_eq!(rig.words(), "");
    rig.pass(Duration::from_secs(3));
    assert_eq!(rig.words(), "forget-look");
    rig.pass(WAIT);
    assert_eq!(rig.words(), "look:5", "from where it was in doubt");
    rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7) + &event(8)))));
    rig.put(Input::LookEnded(true));
    assert_eq!(stored(&mut rig), [(vec![6], "8".to_owned(), None)]);
}

#[test]
fn a_connection_that_ends_during_a_look_goes_on_from_before_it() {
    for held in [false, true] {
        let mut rig = looking();
        if held {
            rig.put(Input::LookHeld);
            assert_eq!(stored(&mut rig), [(vec![7, 8], "5".to_owned(), None)]);
        }
        rig.put(Input::Closed(Closed::Broken));
        assert_eq!(rig.words(), "close:1000 forget-look");
        rig.pass(WAIT);
        assert!(rig.query().contains("mid=17953041450000000000000005"));
        rig.put(Input::Opened(TransportKind::WebSocket));
        rig.text(&(event(6) + &event(7) + &event(8)));
        let expected = if held { vec![6] } else { vec![6, 7, 8] };
        assert_eq!(stored(&mut rig), [(expected, "8".to_owned(), None)]);
    }
}

#[test]
fn only_so_much_goes_ahead_of_a_look() {
    let mut rig = looking();
    rig.put(Input::LookHeld);
    rig.settle();
    let mut number = 9;
    while rig.state() == &State::Online {
        let frame: String = (number..number + 100).map(event).collect();
        number += 100;
        rig.text(&frame);
        rig.settle();
        assert!(number < 10_000);
    }
    assert!(number > 4000);
    rig.pass(WAIT);
    assert!(rig.query().contains("mid=17953041450000000000000005"));
}

#[test]
fn what_a_look_brings_must_be_understood() {
    let mut rig = looking();
    rig.put(Input::Looked(Frame::Text("x")));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "");
    rig.pass(WAIT);
    assert_eq!(rig.words(), "look:5");
}

#[test]
fn a_look_that_fails_is_tried_again_and_then_told() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    for _ in 0..2 {
        assert_eq!(rig.words(), "look:5");
        rig.put(Input::LookEnded(false));
        assert_eq!(rig.words(), "", "it is tried again");
        rig.pass(WAIT);
    }
    assert_eq!(rig.words(), "look:5");
    rig.put(Input::LookEnded(false));
    let Some(Effect::Deliver(batch)) = rig.effects().pop() else {
        panic!("a delivery")
    };
    assert_eq!((numbers(&batch.events), batch.gap), (vec![7], Some(Gap::Unverified)));
}

#[test]
fn what_is_held_back_when_the_connection_ends_is_asked_for_again() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    rig.put(Input::Closed(Closed::Broken));
    assert_eq!(rig.words(), "look:5 close:1000 forget-look");
    rig.pass(WAIT);
    assert!(rig.query().contains("mid=17953041450000000000000005"));
}
