//! What leaves a form: the print form and the file to download.

use std::fmt::Write as _;

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::objects::{Object, day, money};

const PRINT: &str = include_str!("../../assets/publication/print.html");

/// The print form as a page of its own: it calls nothing and prints when its button is pressed.
pub(super) fn print(object: &Object) -> Response {
    let mut rows = String::new();
    for (at, row) in object.rows.iter().enumerate() {
        let _ = write!(
            rows,
            "<tr><td>{}</td><td>{}</td><td class=n>{}</td><td>{}</td><td class=n>{}</td><td class=n>{}</td></tr>",
            at + 1,
            escaped(&row.product),
            row.count,
            row.unit,
            money(row.price),
            money(row.price.saturating_mul(row.count))
        );
    }
    let page = PRINT
        .replace("{{title}}", &escaped(&object.presentation()))
        .replace(
            "{{heading}}",
            &escaped(&format!(
                "{} № {} от {}",
                object.kind.one,
                object.number,
                day(object.date)
            )),
        )
        .replace("{{party}}", &escaped(&object.name))
        .replace("{{rows}}", &rows)
        .replace("{{total}}", &money(object.total()))
        .replace("{{manager}}", object.manager);
    Html(page).into_response()
}

/// The object as a table for a spreadsheet, to be saved under its number.
pub(super) fn download(object: &Object) -> Response {
    let mut text = format!("\u{feff}{}\r\n{}\r\n", object.presentation(), object.name);
    for row in &object.rows {
        let sum = row.price.saturating_mul(row.count);
        let _ = write!(
            text,
            "{};{};{};{};{}\r\n",
            row.product,
            row.count,
            row.unit,
            money(row.price),
            money(sum)
        );
    }
    let name = format!("{} {}.csv", object.kind.one, object.number);
    let disposition = format!(
        "attachment; filename=\"{}.csv\"; filename*=UTF-8''{}",
        object.number,
        utf8_percent_encode(&name, NON_ALPHANUMERIC)
    );
    let disposition = HeaderValue::try_from(disposition).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, text).into_response()
}

/// A text for HTML and XML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
