//! Any split of any body gives the messages of the whole.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::wire::{
    Decoded, Fault, Frame, decode,
    protobuf::write::{Line, frame},
};

const LIMIT: usize = 4 << 20;

/// Cuts a body that arrives in parts of these sizes, taking what is large enough, or all that is whole.
fn cut(body: &[u8], sizes: &[usize], limit: usize, eager: bool) -> Vec<Piece> {
    let mut pieces = Pieces::new(limit);
    let mut given = Vec::new();
    let mut rest = body;
    let mut sizes = sizes.iter().copied().cycle();
    while !rest.is_empty() {
        let size = sizes.next().unwrap_or(usize::MAX).clamp(1, rest.len());
        pieces.push(&rest[..size]);
        rest = &rest[size..];
        while let Some(piece) = if eager { pieces.rest() } else { pieces.next() } {
            given.push(piece);
        }
    }
    pieces.finish();
    while let Some(piece) = pieces.rest() {
        given.push(piece);
    }
    assert!(!pieces.has_rest());
    assert_eq!(pieces.is_empty(), body.is_empty());
    given
}

fn decode_piece(piece: &Piece) -> Decoded {
    match piece {
        Piece::Text(text) => decode(Frame::Text(text)),
        Piece::Binary(bytes) => decode(Frame::Binary(bytes.clone())),
    }
}

/// What matters of decoded frames: ids, commands and parameters in order, and the faults.
type Told = (Vec<(Option<String>, String, String)>, Vec<Fault>);

fn told(decoded: &[Decoded]) -> Told {
    let messages = decoded.iter().flat_map(|decoded| &decoded.messages).map(|message| {
        (
            message.mid.as_ref().map(|mid| mid.as_str().to_owned()),
            message.body.command.clone(),
            message.body.params.get().to_owned(),
        )
    });
    let faults = decoded.iter().flat_map(|decoded| decoded.faults.iter().copied());
    (messages.collect(), faults.collect())
}

fn told_in_pieces(pieces: &[Piece]) -> Told {
    told(&pieces.iter().map(decode_piece).collect::<Vec<_>>())
}

fn told_whole(text: &str) -> Told {
    told(&[decode(Frame::Text(text))])
}

fn envelope(number: usize, params: &str) -> String {
    format!(
        r#"{{"id":{number},"mid":"{number:026}","channel":"-","tag":"1","time":"Sat, 21 Nov 2026 23:35:45 GMT","text":{{"module_id":"im","command":"c{number}","params":{params}}}}}"#
    )
}

fn marked(inside: &str) -> String {
    format!("#!NGINXNMS!#{inside}#!NGINXNME!#")
}

/// Parameters with everything that could confuse a cutter, as JSON.
fn params() -> impl Strategy<Value = String> {
    "[\\[\\]{}\",\\\\:#!NGIXMSE \u{e9}\u{439}\u{1f600}\n]{0,40}"
        .prop_map(|text| serde_json::json!({ "t": text }).to_string())
}

/// An envelope, or one of the broken things that were seen or can be thought of.
fn item() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => (0..1000_usize, params()).prop_map(|(number, params)| marked(&envelope(number, &params))),
        1 => Just(r#"#!NGINXNMS!#{"id":-2,"text":Channel deleted}#!NGINXNME!#"#.to_owned()),
        1 => (0..1000_usize).prop_map(|number| format!("#!NGINXNMS!#{}", &envelope(number, "{}")[..30])),
        1 => Just("#!NGINXNME!#".to_owned()),
        1 => "[#!NGIXMSE]{0,14}",
        1 => Just("\n\u{439}".to_owned()),
    ]
}

fn sizes() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        Just(vec![1]),
        proptest::collection::vec(1..40_usize, 1..8),
        Just(vec![usize::MAX]),
    ]
}

proptest! {
    #[test]
    fn marked_text_in_any_split(
        items in proptest::collection::vec(item(), 0..8),
        sizes in sizes(),
        eager: bool,
    ) {
        // A body is told by its beginning.
        let body = format!("#!NGINXNMS!#{}#!NGINXNME!#{}", envelope(0, "{}"), items.concat());
        let pieces = cut(body.as_bytes(), &sizes, LIMIT, eager);
        prop_assert_eq!(told_in_pieces(&pieces), told_whole(&body));
    }

    #[test]
    fn arrays_in_any_split(
        params in proptest::collection::vec(params(), 0..8),
        sizes in sizes(),
        white in "[ \n\t]{0,3}",
        eager: bool,
    ) {
        let elements: Vec<String> = params
            .iter()
            .enumerate()
            .map(|(number, params)| envelope(number, &params.replace("#!", "")))
            .collect();
        let body = format!("{white}[{white}{}{white}]{white}", elements.join(&format!("{white},{white}")));
        let pieces = cut(body.as_bytes(), &sizes, LIMIT, eager);
        prop_assert_eq!(told_in_pieces(&pieces), told_whole(&body));
    }

    #[test]
    fn protobuf_in_any_split(
        bodies in proptest::collection::vec(params(), 0..8),
        responses in 1..4_usize,
        unknown: bool,
        sizes in sizes(),
        eager: bool,
    ) {
        let body = batch(&bodies, responses, unknown);
        let pieces = cut(&body, &sizes, LIMIT, eager);
        prop_assert_eq!(told_in_pieces(&pieces), told(&[decode(Frame::Binary(body))]));
    }

    #[test]
    fn what_came_before_a_cut_is_given(
        bodies in proptest::collection::vec(params(), 1..6),
        cut_at in 0.0..1.0_f64,
        sizes in sizes(),
    ) {
        let body = batch(&bodies, 2, true);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a share")]
        let at = (body.len() as f64 * cut_at) as usize;
        let (whole, _) = told(&[decode(Frame::Binary(body.clone()))]);
        let (given, faults) = told_in_pieces(&cut(&body[..at], &sizes, LIMIT, true));
        prop_assert!(whole.starts_with(&given));
        prop_assert!(faults.len() <= 1);
    }

    #[test]
    fn nothing_that_arrives_can_hurt(
        body in proptest::collection::vec(any::<u8>(), 0..300),
        first in proptest::sample::select(vec![&b""[..], b"\x0a", b"[", b"{", b"#!NGINXNMS!#", b"\x0a\x40\x0a\x30\x0a", b" \n["]),
        sizes in sizes(),
        limit in 1..200_usize,
    ) {
        let body = [first, &body].concat();
        let given = cut(&body, &sizes, limit, true);
        let size: usize = given.iter().map(|piece| match piece {
            Piece::Text(text) => text.len(),
            Piece::Binary(bytes) => bytes.len(),
        }).sum();
        // What stands for something lost is small, too.
        prop_assert!(size <= 30 * body.len() + 100);
        for piece in &given {
            let _ = decode_piece(piece);
        }
    }
}

/// Batches of the same messages in some responses, between fields that nobody knows.
fn batch(bodies: &[String], responses: usize, unknown: bool) -> Bytes {
    let mut all = Vec::new();
    for response in 0..responses {
        let texts: Vec<String> = bodies
            .iter()
            .enumerate()
            .map(|(number, params)| {
                format!(r#"{{"module_id":"im","command":"c{response}.{number}","params":{params}}}"#)
            })
            .collect();
        let ids: Vec<[u8; 13]> = (0..bodies.len())
            .map(|number| [u8::try_from(response * 16 + number).unwrap(); 13])
            .collect();
        let lines: Vec<Line<'_>> = texts
            .iter()
            .zip(&ids)
            .map(|(text, id)| Line {
                mid: id,
                body: text.as_bytes(),
                created: 5,
                sender: Some((2, &[])),
            })
            .collect();
        all.extend_from_slice(&frame(&lines));
        if unknown {
            // A varint, 64 bits, text, 32 bits; and a response with statistics of a channel.
            all.extend_from_slice(&[
                0x18, 0x96, 0x01, 0x21, 1, 2, 3, 4, 5, 6, 7, 8, 0x2a, 0x02, 0x0a, 0x0a, 0x35, 1, 2, 3, 4,
            ]);
            all.extend_from_slice(&[0x0a, 0x06, 0x12, 0x04, 0x0a, 0x02, 0x18, 0x01]);
        }
    }
    all.into()
}

#[test]
fn a_message_beyond_the_limit_costs_only_itself() {
    let long = format!(r#"{{"t":"{}"}}"#, "x".repeat(5000));
    let body = [envelope(1, "{}"), envelope(2, &long), envelope(3, "{}")];
    let expected = ["c1", "c3"];
    let text: String = body.iter().map(|envelope| marked(envelope)).collect();
    let array = format!("[{}]", body.join(", "));
    let lines = body.each_ref().map(|text| Line {
        mid: &[1; 13],
        body: text
            .find(r#""text":"#)
            .map(|at| &text.as_bytes()[at + 7..text.len() - 1])
            .unwrap(),
        created: 0,
        sender: None,
    });
    let binary = frame(&lines);
    for body in [text.as_bytes(), array.as_bytes(), &binary] {
        for sizes in [vec![1], vec![7, 100], vec![usize::MAX]] {
            let pieces = cut(body, &sizes, 1000, true);
            let (messages, faults) = told_in_pieces(&pieces);
            let commands: Vec<&str> = messages.iter().map(|(_, command, _)| command.as_str()).collect();
            assert_eq!(commands, expected, "{sizes:?}");
            assert_eq!(faults.len(), 1, "{sizes:?} {faults:?}");
        }
    }
}

#[test]
fn a_message_that_is_no_utf8_costs_only_itself() {
    let mut body = marked(&envelope(1, "{}")).into_bytes();
    body.extend(b"#!NGINXNMS!#{\"text\":\"\xff\xfe\"}#!NGINXNME!#");
    body.extend(marked(&envelope(3, "{}")).into_bytes());
    let (messages, faults) = told_in_pieces(&cut(&body, &[5], LIMIT, false));
    assert_eq!(messages.len(), 2);
    assert_eq!(faults, [Fault::Envelope]);
}

#[test]
fn an_element_that_is_no_json_costs_only_itself() {
    let body = format!("[{}, {{\"a\" 5}}, {}]", envelope(1, "{}"), envelope(2, "[]"));
    let (messages, faults) = told_in_pieces(&cut(body.as_bytes(), &[3], LIMIT, false));
    assert_eq!(messages.len(), 2);
    assert_eq!(faults.len(), 1);
}

#[test]
fn bodies_are_told_by_how_they_begin() {
    let kind = |body: &[u8]| {
        let mut pieces = Pieces::new(LIMIT);
        pieces.push(body);
        pieces.finish();
        match pieces.kind {
            Kind::Unknown { .. } => "nothing",
            Kind::Markers(_) => "text",
            Kind::Array(_) => "array",
            Kind::Object { .. } => "object",
            Kind::Protobuf(_) => "binary",
            Kind::Markup => "page",
        }
    };
    assert_eq!(kind(b""), "nothing");
    assert_eq!(kind(b" \r\n"), "nothing");
    assert_eq!(kind(b"ping"), "text");
    assert_eq!(kind(b"\n#!NGINXNMS!#{}#!NGINXNME!#"), "text");
    assert_eq!(kind(b"\n\n [ {} ]"), "array");
    assert_eq!(kind(b"\n[\n{\"a\":1}]"), "array");
    assert_eq!(kind(b"\n{\"jsonrpc\":\"2.0\"}"), "object");
    assert_eq!(kind(b"{}"), "object");
    assert_eq!(kind(b"\n <!DOCTYPE html><html>"), "page");
    assert_eq!(kind(&[0x0a, 0x00]), "binary");
    for length in 0..300 {
        let text = "x".repeat(length);
        let line = Line {
            mid: &[1; 13],
            body: text.as_bytes(),
            created: 1,
            sender: Some((2, &[])),
        };
        assert_eq!(kind(&frame(&[line])), "binary", "{length}");
    }
}

#[test]
fn other_content_is_given_whole() {
    let object = r#"{"jsonrpc":"2.0","result":[1,2],"id":5}"#;
    assert_eq!(
        cut(object.as_bytes(), &[2], LIMIT, true),
        [Piece::Text(object.to_owned())]
    );
    assert_eq!(cut(b"ping", &[1], LIMIT, true), [Piece::Text("ping".to_owned())]);
    let (messages, faults) = told_in_pieces(&cut(object.as_bytes(), &[2], 10, true));
    assert!(messages.is_empty());
    assert_eq!(faults.len(), 1);
}

#[test]
fn a_replay_of_a_day_needs_little_memory_and_comes_in_large_pieces() {
    let text: String = (0..2000)
        .map(|number| marked(&envelope(number, &format!("[\"{}\"]", "y".repeat(500)))))
        .collect();
    let mut pieces = Pieces::new(LIMIT);
    let (mut given, mut most) = (Vec::new(), 0);
    for part in text.as_bytes().chunks(8192) {
        pieces.push(part);
        while let Some(piece) = pieces.next() {
            given.push(piece);
        }
        most = most.max(pieces.arrived.capacity() + pieces.gathered());
    }
    pieces.finish();
    given.extend(pieces.rest());
    assert!(most < 3 * GROUP, "{most}");
    assert!(given.len() <= text.len() / GROUP + 1, "{}", given.len());
    assert_eq!(told_in_pieces(&given).0.len(), 2000);
}
