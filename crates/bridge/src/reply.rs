//! Answers: always whole, never kept by anybody, and with no word for other origins.
use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response, StatusCode};
use hotstart_core::bridge::{Answer, Refusal};
use hotstart_core::texts::Language;
use serde::Serialize;
use serde_json::{Value, json};

use crate::admission::Turned;

pub(crate) type Reply = Response<Body>;

/// A JSON value.
pub(crate) fn json(value: &impl Serialize) -> Reply {
    let Ok(text) = serde_json::to_vec(value) else {
        return error(StatusCode::INTERNAL_SERVER_ERROR, "internal", "no answer");
    };
    whole(StatusCode::OK, "application/json; charset=utf-8", text)
}

/// An error of HTTP itself. The connection ends: whatever stands in it has no say any more.
pub(crate) fn error(status: StatusCode, code: &str, message: &str) -> Reply {
    failure(status, &json!({"error": {"code": code, "message": message}}))
}

/// What was turned away at the door.
pub(crate) fn turned(turned: Turned) -> Reply {
    let (code, message) = match turned {
        Turned::Host => ("bridge.host", "the name is none of ours"),
        Turned::Page => ("bridge.page", "web pages are not served"),
        Turned::Token => ("bridge.token", "no token, or one that is not known"),
    };
    let status = StatusCode::from_u16(turned.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut reply = error(status, code, message);
    if turned == Turned::Token {
        reply
            .headers_mut()
            .insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    reply
}

/// What the controller answered.
pub(crate) fn finished(answer: Result<Answer, Refusal>) -> Reply {
    match answer {
        Ok(Answer::Opened { link }) => json(&json!({"accepted": true, "link": link})),
        Ok(Answer::Noted { id }) => json(&json!({"id": id})),
        Ok(Answer::Rest(value)) => json(&value),
        Ok(Answer::Events(events)) => json(&events),
        Ok(Answer::Answered(results)) => json(&json!({"results": results})),
        Ok(Answer::Status(status)) => {
            let mut value = json!({"product": "Hotstart", "version": env!("CARGO_PKG_VERSION")});
            if let (Value::Object(whole), Ok(Value::Object(status))) = (&mut value, serde_json::to_value(&status)) {
                whole.extend(status);
            }
            json(&value)
        }
        Err(refusal) => refused(&refusal),
    }
}

/// What the controller refused.
pub(crate) fn refused(refusal: &Refusal) -> Reply {
    let status = match refusal {
        Refusal::Bad(_) => StatusCode::BAD_REQUEST,
        Refusal::Forbidden(_) => StatusCode::FORBIDDEN,
        Refusal::Portal(_) => StatusCode::BAD_GATEWAY,
        Refusal::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        // As for any other token that is not known.
        Refusal::Unknown(_) => return turned(Turned::Token),
    };
    let known = refusal.failure();
    let mut body = json!({"error": {"code": known.code_text(), "message": known.text(Language::En)}});
    if let Some(code) = known.parameters.get("portal_code") {
        body["error"]["portal_code"] = Value::from(code.as_str());
    }
    let mut reply = failure(status, &body);
    // Nothing is wrong with the connection of a client that was let in.
    reply.headers_mut().remove(CONNECTION);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    reply
}

fn failure(status: StatusCode, body: &Value) -> Reply {
    let mut reply = whole(status, "application/json; charset=utf-8", body.to_string().into_bytes());
    reply
        .headers_mut()
        .insert(CONNECTION, HeaderValue::from_static("close"));
    reply
}

/// A whole answer.
pub(crate) fn whole(status: StatusCode, kind: &'static str, body: Vec<u8>) -> Reply {
    let mut reply = Response::new(Body::from(body));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static("same-origin"));
    reply
}
