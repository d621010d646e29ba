//! An answer that is being read: whether it is one of a push server, its pieces, and its end.

use std::{future::poll_fn, task::Poll};

use hyper::{
    StatusCode, Version,
    body::Incoming as Body,
    header::{self, HeaderMap},
};

use super::{
    super::{Answer, connector::Stream, http::Exchange, refusal},
    Head,
};
use crate::{
    session::NotOpened,
    wire::pieces::{Piece, Pieces},
};

/// Marks a 304 whose `Last-Message-Id` is the cursor.
const CURSOR_EXPIRES: &str = "Thu, 01 Jan 1973 11:11:01 GMT";

pub(super) struct Reading {
    pub(super) exchange: Exchange<Stream>,
    body: Body,
    pieces: Pieces,
    answer: Answer,
    end: End,
}

/// How far the body is.
#[derive(Clone, Copy)]
enum End {
    Open,
    Complete,
    Cut,
}

/// What happened to an answer that is being read.
pub(super) enum Read {
    Piece(Piece),
    Progress,
    Complete(Answer),
    Cut,
    Foreign,
}

impl Reading {
    /// Takes an answer that is one of a push server.
    pub(super) fn new((exchange, response): Head, max_message: usize) -> Result<Self, NotOpened> {
        let (head, body) = response.into_parts();
        let good = matches!(head.status, StatusCode::OK | StatusCode::NOT_MODIFIED);
        if head.version != Version::HTTP_11 {
            return Err(NotOpened::NotAPushServer);
        }
        if !good {
            return Err(refusal::refused(head.status, &head.headers));
        }
        if head.status == StatusCode::OK && !is_ours(&head.headers) {
            return Err(NotOpened::NotAPushServer);
        }
        Ok(Self {
            exchange,
            body,
            pieces: Pieces::new(max_message),
            answer: answer(head.status, &head.headers),
            end: End::Open,
        })
    }

    pub(super) async fn next(&mut self, progress: bool) -> Read {
        loop {
            if let Some(piece) = self.pieces.next() {
                return Read::Piece(piece);
            }
            if self.pieces.is_markup() {
                return Read::Foreign;
            }
            if !matches!(self.end, End::Open)
                && let Some(piece) = self.pieces.rest()
            {
                return Read::Piece(piece);
            }
            match self.end {
                End::Open => {}
                End::Complete => {
                    return Read::Complete(Answer {
                        empty: self.pieces.is_empty(),
                        ..self.answer.clone()
                    });
                }
                End::Cut => return Read::Cut,
            }
            let polled = poll_fn(|context| match self.exchange.poll_body(&mut self.body, context) {
                Poll::Ready(data) => Poll::Ready(Some(data)),
                // Nothing more for the moment: what is whole need not wait.
                Poll::Pending if self.pieces.has_rest() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            })
            .await;
            match polled {
                None => {
                    if let Some(piece) = self.pieces.rest() {
                        return Read::Piece(piece);
                    }
                }
                Some(Some(Ok(data))) => {
                    self.pieces.push(&data);
                    if progress && !self.pieces.has_rest() {
                        return Read::Progress;
                    }
                }
                Some(None) => {
                    self.end = End::Complete;
                    self.pieces.finish();
                }
                Some(Some(Err(error))) => {
                    tracing::debug!(%error, "an answer was cut");
                    self.end = End::Cut;
                }
            }
        }
    }
}

/// Whether the content can be that of a push server: plain and not a page. A missing type is no reason.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?").trim());
    let plain = text(header::CONTENT_ENCODING).is_none_or(|coding| coding.eq_ignore_ascii_case("identity"));
    plain
        && text(header::CONTENT_TYPE).is_none_or(|kind| {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            ["text/plain", "application/octet-stream", "application/json", ""]
                .iter()
                .any(|ours| kind.eq_ignore_ascii_case(ours))
        })
}

fn answer(status: StatusCode, headers: &HeaderMap) -> Answer {
    let text = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let is_cursor = status == StatusCode::NOT_MODIFIED && text("expires").as_deref() == Some(CURSOR_EXPIRES);
    Answer {
        status: status.as_u16(),
        empty: true,
        last_message_id: text("last-message-id").filter(|_| is_cursor),
        etag_tag: text("etag").map(|etag| etag.trim_start_matches("W/").trim_matches('"').to_owned()),
        last_modified: text("last-modified"),
    }
}
