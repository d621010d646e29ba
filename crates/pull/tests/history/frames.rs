//! What the simulated server writes: the four framings of the protocol, made field by field.

use bytes::Bytes;
use prost::encoding::encode_varint;

use crate::server::{Format, Item};

/// A frame on its way.
#[derive(Debug, Clone)]
pub(crate) enum Wire {
    Text(String),
    Binary(Bytes),
}

impl Wire {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// One frame with these messages.
pub(crate) fn frame(format: Format, items: &[Item]) -> Wire {
    match format {
        Format::Moments => Wire::Text(items.iter().map(moments).collect()),
        Format::Text => Wire::Text(items.iter().map(text).collect()),
        Format::Protobuf => Wire::Binary(protobuf(items)),
        Format::JsonRpc => {
            let packets: Vec<String> = items.iter().map(json_rpc).collect();
            Wire::Text(match packets.as_slice() {
                [one] => one.clone(),
                many => format!("[{}]", many.join(",")),
            })
        }
    }
}

/// What says nothing; `choice` picks one.
pub(crate) fn garbage(choice: u64) -> Wire {
    let texts = [
        "x",
        "",
        "#!NGINXNMS!#{}#!NGINXNME!#",
        "[]",
        "[{}]",
        r#"{"jsonrpc":"2.0","method":"nope","params":{}}"#,
        r#"#!NGINXNMS!#{"id":-2,"channel":"c","tag":"0","time":"Thu, 01 Jan 1970 00:00:00 GMT","eventid":"","text":Channel deleted}#!NGINXNME!#"#,
        r#"#!NGINXNMS!#{"id":1,"mid":"99999999999999999999999999","text":{"module_id":"im""#,
        r#"#!NGINXNMS!#{"id":1,"mid":"99999999999999999999999999","tag":"1","time":"t","text":{"module_id":1}}#!NGINXNME!#"#,
    ];
    let binaries: [&[u8]; 4] = [b"", b"\x0a\x7f\x01", b"\x12\x02\x08\x01", b"\xff\xff\xff\xff\xff\xff"];
    let all = texts.len() + binaries.len();
    let at = usize::try_from(choice % all as u64).unwrap();
    match texts.get(at) {
        Some(text) => Wire::Text((*text).to_owned()),
        None => Wire::Binary(Bytes::from_static(binaries[at - texts.len()])),
    }
}

fn moments(item: &Item) -> String {
    format!(
        r#"#!NGINXNMS!#{{"id":{},"channel":"{}","tag":"{}","time":"{}","eventid":"","text":{}}}#!NGINXNME!#"#,
        item.counter, item.channels[0], item.tag, item.time, item.body
    )
}

fn text(item: &Item) -> String {
    format!(
        r#"#!NGINXNMS!#{{"id":{},"mid":"{}","channel":"-","tag":"{}","time":"{}","text":{}}}#!NGINXNME!#"#,
        item.counter, item.mid, item.tag, item.time, item.body
    )
}

fn json_rpc(item: &Item) -> String {
    let sender = if item.from_client { 1 } else { 2 };
    format!(
        r#"{{"jsonrpc":"2.0","method":"incoming.message","params":{{"mid":"{}","body":{},"sender":{{"type":{sender}}}}}}}"#,
        item.mid, item.body
    )
}

fn protobuf(items: &[Item]) -> Bytes {
    let mut messages = Vec::new();
    for item in items {
        let mid: Vec<u8> = item
            .mid
            .as_bytes()
            .chunks(2)
            .map(|pair| (pair[0] - b'0') << 4 | (pair[1] - b'0'))
            .collect();
        let mut message = Vec::new();
        delimited(1, &mid, &mut message);
        delimited(2, item.body.as_bytes(), &mut message);
        message.extend([0x18, 0x00, 0x25]);
        message.extend(u32::try_from(item.made_second).unwrap().to_le_bytes());
        message.extend([0x2a, 0x02, 0x08, if item.from_client { 1 } else { 2 }]);
        delimited(1, &message, &mut messages);
    }
    let (mut response, mut batch) = (Vec::new(), Vec::new());
    delimited(1, &messages, &mut response);
    delimited(1, &response, &mut batch);
    batch.into()
}

fn delimited(tag: u8, bytes: &[u8], out: &mut Vec<u8>) {
    out.push(tag << 3 | 2);
    encode_varint(bytes.len() as u64, out);
    out.extend(bytes);
}
