//! What the publication refuses, with the status and the text a web client of 1C shows.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// A refused request; [`Refusal::code`] is what the page branches on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// No base is published under this name.
    #[error("Публикация информационной базы не найдена")]
    UnknownPublication,
    /// There is nothing at this address of the publication.
    #[error("Ресурс не найден")]
    UnknownResource,
    /// The request carries no `seanceId`.
    #[error("Не указан идентификатор сеанса")]
    NoSeance,
    /// The session was never begun, or the server forgot it.
    #[error("Сеанс отсутствует или удален\nID={0}")]
    UnknownSeance(String),
    /// The session was ended by a logout.
    #[error("Сеанс завершён\nID={0}")]
    EndedSeance(String),
    /// The session exists but nobody has signed in.
    #[error("Идентификация пользователя не выполнена")]
    NotSignedIn,
    /// The name or the password is wrong.
    #[error("Идентификация пользователя не выполнена\nНеправильное имя или пароль пользователя")]
    WrongPassword,
    /// Every licence is taken.
    #[error(
        "Не обнаружено свободной лицензии!\nВсе клиентские лицензии заняты: {0}. Завершите один из сеансов и повторите попытку."
    )]
    NoLicence(usize),
    /// The base is closed for maintenance.
    #[error("Начало сеанса с информационной базой запрещено.\n{0}")]
    Locked(String),
    /// The base was updated: the session is over and the page is too old.
    #[error(
        "Информационная база обновлена.\nРабота с прежней версией невозможна. Для продолжения работы загрузите страницу заново."
    )]
    Updated,
    /// The server failed on purpose.
    #[error("Ошибка при выполнении запроса к серверу 1С:Предприятия")]
    Broken,
    /// The client did not run the scripts of this server.
    #[error("Версии клиента и сервера 1С:Предприятия различаются")]
    WrongClient,
    /// The body of the request cannot be read.
    #[error("Ошибка разбора запроса: {0}")]
    Malformed(String),
    /// The object to write or print does not exist.
    #[error("Объект не найден")]
    UnknownObject,
    /// The office keeps only so many written objects.
    #[error("Недостаточно места для записи объекта")]
    Full,
}

impl Refusal {
    /// The stable word of the refusal.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::UnknownPublication => "unknown_publication",
            Self::UnknownResource => "unknown_resource",
            Self::NoSeance => "no_seance",
            Self::UnknownSeance(_) => "unknown_seance",
            Self::EndedSeance(_) => "ended_seance",
            Self::NotSignedIn => "not_signed_in",
            Self::WrongPassword => "wrong_password",
            Self::NoLicence(_) => "no_licence",
            Self::Locked(_) => "locked",
            Self::Updated => "updated",
            Self::Broken => "broken",
            Self::WrongClient => "wrong_client",
            Self::Malformed(_) => "malformed",
            Self::UnknownObject => "unknown_object",
            Self::Full => "full",
        }
    }

    /// The HTTP status of the refusal.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::UnknownPublication
            | Self::UnknownResource
            | Self::UnknownSeance(_)
            | Self::EndedSeance(_)
            | Self::UnknownObject => StatusCode::NOT_FOUND,
            Self::NoSeance | Self::WrongClient | Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::NotSignedIn | Self::WrongPassword => StatusCode::UNAUTHORIZED,
            // The status 1C gives to a service call that cannot start a session.
            Self::NoLicence(_) => StatusCode::NOT_ACCEPTABLE,
            Self::Locked(_) => StatusCode::FORBIDDEN,
            Self::Updated => StatusCode::CONFLICT,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"root": {"exception": {"code": self.code(), "descr": self.to_string()}}});
        (self.status(), Json(body)).into_response()
    }
}
