//! The token of version 5: JSON signed with HMAC-SHA256 by the key that portal and server share.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::signature::Key;

/// What a token says, in the order of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The portal: a random word of 32 characters.
    pub(crate) iss: String,
    /// Unix seconds of its making.
    pub(crate) iat: i64,
    /// Unix seconds of its end.
    pub(crate) exp: i64,
    /// The user id as text; empty or absent for guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) sub: Option<String>,
    /// Channels beside the user's own, joined by commas.
    #[serde(default)]
    pub(crate) chan: String,
}

/// Signs the claims.
pub(crate) fn write(claims: &Claims, key: &Key) -> String {
    let header = URL_SAFE_NO_PAD.encode(br#"{"typ":"JWT","alg":"HS256"}"#);
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims).unwrap_or_default());
    let text = format!("{header}.{payload}");
    let signature = mac(&text, key).map_or_else(String::new, |mac| URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()));
    format!("{text}.{signature}")
}

/// Reads a token; `None` if its form, algorithm or signature is wrong, or if it has ended.
pub(crate) fn read(token: &str, key: &Key, now: i64) -> Option<Claims> {
    #[derive(Deserialize)]
    struct Header {
        alg: String,
    }
    let (text, signature) = token.rsplit_once('.')?;
    let (header, payload) = text.split_once('.')?;
    let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    if header.alg != "HS256" {
        return None;
    }
    mac(text, key)?
        .verify_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?)
        .ok()?;
    let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    (claims.exp > now).then_some(claims)
}

fn mac(text: &str, key: &Key) -> Option<Hmac<Sha256>> {
    if key.is_empty() {
        return None;
    }
    let mac = Hmac::<Sha256>::new_from_slice(key.bytes()).ok()?;
    Some(mac.chain_update(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{Claims, read, write};
    use crate::push::signature::Key;

    const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJIT1NUSUQwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIiwiaWF0IjoxNzk1MzAwMDAwLCJleHAiOjE3OTUzNDMyMDAsInN1YiI6IjciLCJjaGFuIjoiNWZjNmNkZmFmZjE0NmFjMTIxZGY5MGY0ZTk2ZjFhMTMifQ.NbmiRKn55fI083uCtDVZ2nJnoq2NOAQunuzUI0EooHk";

    fn claims() -> Claims {
        Claims {
            iss: format!("HOSTID{}", "0".repeat(28)),
            iat: 1_795_300_000,
            exp: 1_795_343_200,
            sub: Some("7".to_owned()),
            chan: "5fc6cdfaff146ac121df90f4e96f1a13".to_owned(),
        }
    }

    #[test]
    fn is_the_token_of_the_vector() {
        let key = Key::new("testsecretkey0123456789");
        assert_eq!(write(&claims(), &key), TOKEN);
        assert_eq!(read(TOKEN, &key, 1_795_343_199), Some(claims()));
    }

    #[test]
    fn refuses_what_has_ended_or_is_not_signed_so() {
        let key = Key::new("testsecretkey0123456789");
        assert_eq!(read(TOKEN, &key, 1_795_343_200), None, "ended");
        assert_eq!(read(TOKEN, &Key::new("other"), 0), None);
        assert_eq!(read(TOKEN, &Key::new(""), 0), None);
        assert_eq!(read(&TOKEN.replacen("NbmiR", "NbmiS", 1), &key, 0), None);
        let none = TOKEN.replacen(
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
            "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0",
            1,
        );
        assert_eq!(read(&none, &key, 0), None);
        for bad in ["", "a.b", "a.b.c", "..", "header.payload.sig"] {
            assert_eq!(read(bad, &key, 0), None, "{bad}");
        }
    }
}
