//! A lone message that a look brings.

use super::*;

#[test]
fn a_lone_answer_of_a_look_may_have_overtaken_others() {
    let mut rig = resumed();
    rig.pass(MOMENT);
    assert_eq!(rig.words(), "look:5");
    // The look heard 7 live, while 6 is still on its way over the socket.
    rig.put(Input::Looked(Frame::Text(&event(7))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "look:5", "again, and nothing for the owner yet");
    rig.text(&event(6));
    rig.put(Input::Looked(Frame::Text(&(event(6) + &event(7)))));
    rig.put(Input::LookEnded(true));
    assert_eq!(numbers(&rig.settle()), [6, 7]);
}

#[test]
fn a_lone_answer_that_comes_again_is_all_there_was() {
    let mut rig = resumed();
    rig.text(&event(7));
    rig.pass(MOMENT);
    for words in ["look:5", "look:5"] {
        assert_eq!(rig.words(), words);
        rig.put(Input::Looked(Frame::Text(&event(6))));
        rig.put(Input::LookEnded(true));
    }
    assert_eq!(rig.words(), "deliver:1 look:6", "whether 7 is live is not known yet");
    rig.put(Input::Looked(Frame::Text(&event(7))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "look:6");
    rig.put(Input::Looked(Frame::Text(&event(7))));
    rig.put(Input::LookEnded(true));
    assert_eq!(rig.words(), "deliver:1");
}
