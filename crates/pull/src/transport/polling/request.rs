//! The requests of long polling: the held one, asked afresh or once more, and the one POST beside it.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::{Method, Request, StatusCode, header};

use super::{
    super::{
        Connector,
        connector::Stream,
        http::{self, Exchange},
        refusal,
    },
    Head,
};
use crate::{config::Endpoint, session::NotOpened};

/// Opens a connection for requests.
pub(super) async fn connect(connector: Arc<Connector>, endpoint: Endpoint) -> Result<Exchange<Stream>, NotOpened> {
    Exchange::new(connector.open(endpoint.url()).await?).await
}

/// Asks over a fresh connection.
pub(super) async fn ask(mut exchange: Exchange<Stream>, endpoint: Endpoint) -> Result<Head, NotOpened> {
    let answered = exchange.ask(request(&endpoint)?).await;
    let response = answered.map_err(|error| http::not_asked(&error))?;
    Ok((exchange, response))
}

/// Asks over the connection of the last request, or over a fresh one if the server closed that meanwhile: a request
/// that was not answered may be repeated, and a server that tires of idle connections is no failure.
pub(super) async fn ask_again(
    connector: Arc<Connector>,
    kept: Option<Box<Exchange<Stream>>>,
    endpoint: Endpoint,
) -> Result<Head, NotOpened> {
    if let Some(mut exchange) = kept
        && exchange.is_ready()
    {
        match exchange.ask(request(&endpoint)?).await {
            Ok(response) => return Ok((*exchange, response)),
            Err(error) if error.is_parse() => return Err(NotOpened::NotAPushServer),
            Err(error) => tracing::debug!(?endpoint, %error, "once more over a fresh connection"),
        }
    }
    let exchange = connect(connector, endpoint.clone()).await?;
    ask(exchange, endpoint).await
}

fn request(endpoint: &Endpoint) -> Result<Request<Full<Bytes>>, NotOpened> {
    http::request(Method::GET, endpoint.url())
        .header(header::ACCEPT, "*/*")
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(Full::default())
        .map_err(|_| NotOpened::Unreachable)
}

/// One POST over a connection of its own.
pub(in crate::transport) async fn post(
    connector: &Connector,
    endpoint: &Endpoint,
    body: Bytes,
) -> Result<(), NotOpened> {
    let request = http::request(Method::POST, endpoint.url())
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONNECTION, "close")
        .body(Full::new(body))
        .map_err(|_| NotOpened::Unreachable)?;
    let mut exchange = Exchange::new(connector.open(endpoint.url()).await?).await?;
    let answer = exchange.ask(request).await.map_err(|error| http::not_asked(&error))?;
    if answer.status() == StatusCode::OK {
        Ok(())
    } else {
        Err(refusal::refused(answer.status(), answer.headers()))
    }
}
