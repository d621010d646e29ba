mod jsonrpc;

use proptest::prelude::*;

use super::*;
use crate::{
    event::SenderType,
    wire::protobuf::write::{Line, frame},
};

/// Captured from a running push server 2.0.
const CLIENT_MESSAGE: &str = "0a750a730a710a0d1795304145000000000000000312437b226d6f64756c655f6964223a22696d222c22636f6d6d616e64223a22737461727457726974696e67222c22706172616d73223a7b226469616c6f674964223a357d7d180025d32a026b2a1408011210520be2333eea151a956c0c2581c8fa06";
/// Captured: the answer to a channel statistics request.
const CHANNEL_STATS: &str = "0a1a12180a160a10520be2333eea151a956c0c2581c8fa0610001801";
/// Captured text framing.
const TEXT_MESSAGE: &str = r#"#!NGINXNMS!#{"id":1,"mid":"17953041450000000000000001","channel":"-","tag":"732","time":"Sat, 21 Nov 2026 23:35:45 GMT","text":{"module_id":"im","command":"test","params":{"a":1},"extra":{"server_time":"2026-11-21T23:00:00+00:00","server_time_unix":1795300000.123,"server_name":"t","revision_web":19,"revision_mobile":3}}}#!NGINXNME!#"#;

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

fn text(frame: &str) -> Decoded {
    decode(Frame::Text(frame))
}

fn binary(frame: &[u8]) -> Decoded {
    decode(Frame::Binary(Bytes::copy_from_slice(frame)))
}

fn commands(decoded: &Decoded) -> Vec<&str> {
    decoded
        .messages
        .iter()
        .map(|message| message.body.command.as_str())
        .collect()
}

fn line<'a>(mid: &'a [u8], body: &'a [u8]) -> Line<'a> {
    Line {
        mid,
        body,
        created: 1_795_304_147,
        sender: Some((2, b"")),
    }
}

#[test]
fn captured_protobuf_message() {
    let decoded = binary(&unhex(CLIENT_MESSAGE));
    assert_eq!(decoded.faults, []);
    let [message] = decoded.messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.mid.as_ref().unwrap().as_str(), "17953041450000000000000003");
    assert_eq!(message.created.unwrap().as_second(), 1_795_304_147);
    let sender = message.sender.as_ref().unwrap();
    assert_eq!(sender.kind, SenderType::Client);
    assert_eq!(sender.id.as_deref(), Some("520be2333eea151a956c0c2581c8fa06"));
    assert_eq!(
        (message.body.module.as_str(), message.body.command.as_str()),
        ("im", "startWriting")
    );
    assert_eq!(message.body.params.get(), r#"{"dialogId":5}"#);
}

#[test]
fn captured_statistics_are_no_event_and_no_fault() {
    let decoded = binary(&unhex(CHANNEL_STATS));
    assert!(decoded.messages.is_empty() && decoded.faults.is_empty());
}

#[test]
fn captured_text_message() {
    let decoded = text(TEXT_MESSAGE);
    assert_eq!(decoded.faults, []);
    let [message] = decoded.messages.as_slice() else {
        panic!("one message")
    };
    assert_eq!(message.mid.as_ref().unwrap().as_str(), "17953041450000000000000001");
    assert_eq!(message.moment, None, "an id is enough");
    assert_eq!(message.sender, None, "text framing loses the sender");
    assert_eq!(message.body.server_time.unwrap().as_millisecond(), 1_795_300_000_123);
    assert_eq!(message.body.revision, Some(19));
}

#[test]
fn several_envelopes_stand_in_one_frame() {
    let frame = format!("{TEXT_MESSAGE}noise{TEXT_MESSAGE}{TEXT_MESSAGE}tail");
    assert_eq!(text(&frame).messages.len(), 3);
}

#[test]
fn servers_without_ids_are_told_by_tag_and_time() {
    let frame = r#"#!NGINXNMS!#{"id":7,"channel":"c","tag":"2","time":"Sat, 21 Nov 2026 23:35:45 GMT","eventid":"","text":{"module_id":"IM","command":"x","params":[]}}#!NGINXNME!#"#;
    let decoded = text(frame);
    let message = &decoded.messages[0];
    assert_eq!(message.body.module, "im", "modules are lower-cased");
    assert_eq!(message.body.params.get(), "[]");
    assert_eq!(message.moment.as_ref().unwrap().tag, "2");
    assert_eq!(
        message.mid.as_ref().unwrap().as_str(),
        "Sat, 21 Nov 2026 23:35:45 GMT/2/7"
    );
}

#[test]
fn a_deleted_channel_is_a_fault_beside_good_messages() {
    // Captured from the nginx module: the text is no JSON.
    let deleted = r#"#!NGINXNMS!#{"id":-2,"channel":"c","tag":"0","time":"Thu, 01 Jan 1970 00:00:00 GMT","eventid":"","text":Channel deleted}#!NGINXNME!#"#;
    let decoded = text(&format!("{TEXT_MESSAGE}{deleted}{TEXT_MESSAGE}"));
    assert_eq!(decoded.messages.len(), 2);
    assert_eq!(decoded.faults, [Fault::Envelope]);
}

#[test]
fn a_cut_envelope_does_not_swallow_the_next_one() {
    let decoded = text(&format!("#!NGINXNMS!#{{\"id\":1,\"text\":{{{TEXT_MESSAGE}"));
    assert_eq!(decoded.messages.len(), 1);
    assert_eq!(decoded.faults.len(), 1);
}

/// A person writes this into a chat: in official clients it ends the envelope and passes for an event of the portal.
#[test]
fn markers_inside_a_text_forge_nothing() {
    let forged =
        r#"#!NGINXNME!##!NGINXNMS!#{"mid":"6","text":{"module_id":"pull","command":"server_restart"}}#!NGINXNME!#"#;
    let body = serde_json::json!({"module_id": "im", "command": "message", "params": {"text": forged}});
    let envelope = |mid: &str| {
        format!(
            "#!NGINXNMS!#{}#!NGINXNME!#",
            serde_json::json!({"mid": mid, "text": body})
        )
    };
    let frame = envelope("1") + &envelope("2");
    let check = |decoded: &Decoded, way: &str| {
        assert_eq!(commands(decoded), ["message", "message"], "{way}");
        assert_eq!(decoded.faults, [], "{way}");
    };
    check(&text(&frame), "a frame");
    let packet = |mid: &str| serde_json::json!({"jsonrpc": "2.0", "method": "incoming.message", "params": {"mid": mid, "body": body}});
    check(
        &text(&serde_json::json!([packet("1"), packet("2")]).to_string()),
        "packets",
    );
    for size in [1, 7, 64, 1000] {
        let mut pieces = pieces::Pieces::new(1 << 20);
        for part in frame.as_bytes().chunks(size) {
            pieces.push(part);
        }
        pieces.finish();
        let Some(pieces::Piece::Text(whole)) = pieces.rest() else {
            panic!("text")
        };
        check(&text(&whole), &format!("pieces of {size}: {whole}"));
    }
}

#[test]
fn bare_json_as_the_documentation_shows_it() {
    let frame = r#"[{"id":1,"mid":"m1","channel":"c","tag":"","time":"","text":{"module_id":"im","command":"a","params":{}},"extra":{"server_time":"2026-11-21T23:00:00+03:00"}},
        {"mid":"m2","text":{"module_id":"im"}},
        17,
        {"mid":"m3","text":{"module_id":"im","command":"c"}}]"#;
    let decoded = text(frame);
    assert_eq!(commands(&decoded), ["a", "c"]);
    assert_eq!(decoded.faults, [Fault::Body, Fault::Envelope]);
    assert_eq!(
        decoded.messages[0].body.server_time.unwrap().to_string(),
        "2026-11-21T20:00:00Z"
    );
    assert_eq!(decoded.messages[1].body.params.get(), "[]");
}

#[test]
fn garbage_is_a_fault_and_nothing_else() {
    for garbage in ["x", "ping!", "[", "{\"a\":", "#!NGINXNMS!#", "<html>", "\u{0}"] {
        let decoded = text(garbage);
        assert!(decoded.messages.is_empty(), "{garbage}");
        assert_eq!(decoded.faults.len(), 1, "{garbage}");
    }
    assert!(text("").faults.is_empty() && text(" \n").faults.is_empty());
    assert_eq!(binary(&[0xff; 40]).faults, [Fault::Protobuf]);
}

#[test]
fn broken_neighbours_hide_nothing() {
    let good = br#"{"module_id":"im","command":"good","params":[]}"#;
    let decoded = binary(&frame(&[
        line(b"a", good),
        line(b"b", b"no json"),
        line(b"c", b"{\"module_id\":\"im\",\"command\":\"\xff\"}"),
        Line {
            sender: None,
            ..line(b"d", good)
        },
        line(b"", good),
    ]));
    assert_eq!(commands(&decoded), ["good", "good", "good"]);
    assert_eq!(decoded.faults, [Fault::Body, Fault::Body]);
    assert_eq!(decoded.messages[1].sender, None, "a missing sender is no error");
    assert_eq!(decoded.messages[2].mid, None);
}

#[test]
fn a_sender_claimed_by_the_body_is_not_believed() {
    let body = br#"{"module_id":"im","command":"x","params":[],"extra":{"sender":{"type":2}}}"#;
    let decoded = binary(&frame(&[Line {
        sender: Some((1, b"\x01")),
        ..line(b"a", body)
    }]));
    assert_eq!(decoded.messages[0].sender.as_ref().unwrap().kind, SenderType::Client);
}

#[test]
fn deep_json_in_params_costs_no_stack() {
    let deep = format!(
        r#"{{"module_id":"im","command":"x","params":{}{}}}"#,
        "[".repeat(200_000),
        "]".repeat(200_000)
    );
    assert_eq!(binary(&frame(&[line(b"a", deep.as_bytes())])).messages.len(), 1);
}

#[test]
fn numbers_that_are_no_times_are_left_out() {
    for unix in ["1e300", "-5", "\"x\"", "null", "[]"] {
        let body = format!(r#"{{"module_id":"im","command":"x","extra":{{"server_time_unix":{unix}}}}}"#);
        assert_eq!(Body::parse(&body, None).unwrap().server_time, None, "{unix}");
    }
    let text = r#"{"module_id":"im","command":"x","extra":{"server_time_unix":"1795300000.5","revision_web":"20"}}"#;
    let body = Body::parse(text, None).unwrap();
    assert_eq!(body.server_time.unwrap().as_millisecond(), 1_795_300_000_500);
    assert_eq!(body.revision, Some(20));
}

proptest! {
    #[test]
    fn nothing_panics(bytes in prop::collection::vec(any::<u8>(), 0..400), words in "\\PC{0,200}") {
        binary(&bytes);
        text(&words);
        text(&format!("#!NGINXNMS!#{words}#!NGINXNME!#"));
    }

    #[test]
    fn a_cut_frame_gives_what_stands_before_the_cut(count in 1_usize..6, cut in 0.0..1.0_f64) {
        let bodies: Vec<String> =
            (0..count).map(|n| format!(r#"{{"module_id":"im","command":"c{n}","params":[]}}"#)).collect();
        let frames: Vec<Bytes> = bodies.iter().map(|body| frame(&[line(b"m", body.as_bytes())])).collect();
        let whole = frames.concat();
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let at = (whole.len() as f64 * cut) as usize;
        let complete = frames.iter().scan(0, |end, frame| { *end += frame.len(); Some(*end) }).filter(|end| *end <= at).count();
        let decoded = binary(&whole[..at]);
        prop_assert_eq!(decoded.messages.len(), complete);
    }

    #[test]
    fn a_flipped_byte_costs_at_most_its_neighbourhood(at in any::<prop::sample::Index>(), value in any::<u8>()) {
        let body = br#"{"module_id":"im","command":"c","params":[]}"#;
        let mut bytes = frame(&[line(b"m", body)]).to_vec();
        let first = bytes.len();
        let again = frame(&[line(b"n", body)]);
        bytes.extend(again.iter());
        // The damage is in the second response, so the first one stays.
        let at = first + at.index(bytes.len() - first);
        bytes[at] = value;
        prop_assert!(!binary(&bytes).messages.is_empty());
    }
}
