//! From an answer that is no success to an error: by the body of the OData interface where there is one, else by status.

use serde_json::Value;

use super::error::{ODataCode, ODataFault, ServiceError};

/// What an answer with this status and body means.
pub(super) fn refusal(status: u16, body: &[u8]) -> ServiceError {
    let fault = fault(status, body);
    match (status, fault) {
        (406, _) => ServiceError::NoLicence,
        (403, _) => ServiceError::Access,
        (_, Some(fault)) if fault.code == ODataCode::NoRight => ServiceError::Access,
        (401, _) => ServiceError::Credentials,
        (_, Some(fault)) => ServiceError::OData(fault),
        (status, None) => ServiceError::Status(status),
    }
}

/// The error of the OData interface in a JSON or XML body.
fn fault(status: u16, body: &[u8]) -> Option<ODataFault> {
    let text = std::str::from_utf8(body).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_start();
    let (code, message) = if text.starts_with('{') {
        of_json(text)?
    } else {
        of_xml(text)?
    };
    Some(ODataFault::new(status, ODataCode::from_number(code), &message))
}

/// `{"odata.error":{"code":"9","message":{"lang":"ru","value":"..."}}}`; the code may be a number as well.
fn of_json(text: &str) -> Option<(u16, String)> {
    let value: Value = serde_json::from_str(text).ok()?;
    let error = value.get("odata.error")?;
    let code = match error.get("code")? {
        Value::String(code) => code.trim().parse().ok()?,
        Value::Number(code) => u16::try_from(code.as_u64()?).ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let message = error.get("message");
    let words = message.and_then(|message| message.get("value").unwrap_or(message).as_str());
    Some((code, words.unwrap_or_default().to_owned()))
}

/// `<m:error ...><m:code>9</m:code><m:message ...>...</m:message></m:error>` with any prefix.
fn of_xml(text: &str) -> Option<(u16, String)> {
    let error = inside(text, "error")?;
    let code = inside(error, "code")?.trim().parse().ok()?;
    let message = inside(error, "message").unwrap_or_default();
    Some((code, unescaped(message)))
}

/// What stands in the first element of this name, whatever its prefix.
fn inside<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = text;
    loop {
        rest = &rest[rest.find('<')? + 1..];
        let tag = &rest[..rest.find('>')?];
        let full = tag.split(|c: char| c.is_whitespace() || c == '/').next()?;
        let local = full.rsplit_once(':').map_or(full, |(_, local)| local);
        if local == name && !tag.ends_with('/') {
            let content = &rest[tag.len() + 1..];
            return Some(&content[..content.find(&format!("</{full}>"))?]);
        }
    }
}

fn unescaped(text: &str) -> String {
    // The ampersand last, so that nothing is decoded twice.
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn odata(status: u16, code: ODataCode, message: &str) -> ServiceError {
        ServiceError::OData(ODataFault::new(status, code, message))
    }

    #[test]
    fn bodies_of_the_interface_have_codes() {
        let json = r#"{"odata.error":{"code":"9","message":{"lang":"ru","value":"Экземпляр не найден"}}}"#;
        let missing = odata(404, ODataCode::NoInstance, "Экземпляр не найден");
        assert_eq!(refusal(404, json.as_bytes()), missing);
        assert!(missing.is_missing());
        assert_eq!(refusal(404, format!("\u{feff}{json}").as_bytes()), missing);
        let xml = "<?xml version=\"1.0\"?><m:error xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\">\
                   <m:code>8</m:code><m:message xml:lang=\"ru\">Тип &lt;Х&gt; &amp;lt; не найден</m:message></m:error>";
        let unknown = odata(404, ODataCode::NoEntitySet, "Тип <Х> &lt; не найден");
        assert_eq!(refusal(404, xml.as_bytes()), unknown);
        let plain = "<error><code> 14 </code></error>";
        assert_eq!(refusal(400, plain.as_bytes()), odata(400, ODataCode::BadOptions, ""));
        let number = r#"{"odata.error":{"code":99}}"#;
        assert_eq!(refusal(500, number.as_bytes()), odata(500, ODataCode::Unknown(99), ""));
    }

    #[test]
    fn rights_and_licences_are_told_by_status_and_code() {
        let right = br#"{"odata.error":{"code":"20","message":{"value":"x"}}}"#;
        for (status, body, error) in [
            (401, &b""[..], ServiceError::Credentials),
            (401, right, ServiceError::Access),
            (403, b"", ServiceError::Access),
            (500, right, ServiceError::Access),
            (406, b"", ServiceError::NoLicence),
            (404, b"<html>Not Found</html>", ServiceError::Status(404)),
            (502, b"\xff", ServiceError::Status(502)),
            (500, br#"{"error":"x"}"#, ServiceError::Status(500)),
            (500, br#"{"odata.error":{"code":[]}}"#, ServiceError::Status(500)),
        ] {
            assert_eq!(refusal(status, body), error, "{status}");
        }
    }

    #[test]
    fn the_words_of_a_base_are_cut_and_not_printed() {
        let fault = ODataFault::new(400, ODataCode::BadUrl, &"Иванов ".repeat(500));
        assert_eq!(fault.message.chars().count(), 300);
        let error = ServiceError::OData(fault);
        assert!(!format!("{error} {error:?}").contains("Иванов"));
    }

    #[test]
    fn every_code_has_its_number() {
        for number in 0..=30 {
            assert_eq!(ODataCode::from_number(number).number(), number);
        }
    }

    proptest! {
        #[test]
        fn no_body_panics(body in "(<|>|/|:|m:|error|code|message|9|é|[{}\"])*") {
            let _ = refusal(404, body.as_bytes());
        }
    }
}
