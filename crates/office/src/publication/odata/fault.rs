//! What OData refuses: the internal codes of the developer's guide (chapter 17.4.10), as JSON or XML.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::super::papers::escaped;
use super::super::refusal::Refusal;

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// 0.
    #[error("Возможность не поддерживается: {0}")]
    NotSupported(&'static str),
    /// 1.
    #[error("Не удалось разобрать строку: {0}")]
    Unreadable(String),
    /// 2.
    #[error("Неверный формат запроса: {0}")]
    Format(String),
    /// 3.
    #[error("Запрошенный тип представления не поддерживается: {0}")]
    Representation(String),
    /// 4.
    #[error("Неверное значение свойства: {0}")]
    Value(String),
    /// 5.
    #[error("Отсутствует обязательное значение свойства: {0}")]
    Missing(&'static str),
    /// 6.
    #[error("Неверный URL: {0}")]
    Url(String),
    /// 7.
    #[error("Не хватает элемента ключа сущности: {0}")]
    Key(&'static str),
    /// 8.
    #[error("Тип сущности не найден: {0}")]
    NoType(String),
    /// 9.
    #[error("Экземпляр сущности \"{0}\" не найден по переданному ключу.")]
    NoEntity(String),
    /// 10.
    #[error("Запрошенное свойство не найдено: {0}")]
    NoProperty(String),
    /// 11.
    #[error("Метод не найден: {0}")]
    NoMethod(String),
    /// 13.
    #[error("Создание строк табличных частей напрямую не поддерживается")]
    Rows,
    /// 14.
    #[error("Ошибка разбора опций запроса: {0}")]
    Options(String),
    /// 15.
    #[error("Сущность с таким ключом уже существует: {0}")]
    Exists(String),
    /// 16.
    #[error("Не удалось присвоить свойство: {0}")]
    Assign(&'static str),
    /// 19.
    #[error("Использованный HTTP-метод запрещен в данном контексте")]
    Method,
    /// 20.
    #[error("Нарушение прав доступа!")]
    Rights,
    /// 21.
    #[error("Функция не реализована или ее аргументы неверны: {0}")]
    Function(String),
    /// `If-Match` is not the version of the object; the table has no code for it.
    #[error("Данные были изменены")]
    Changed,
    /// The base keeps only so many changed objects.
    #[error("{0}")]
    Base(#[from] Refusal),
}

impl Fault {
    /// The internal code; `None`: only the status tells.
    pub(super) fn code(&self) -> Option<u8> {
        Some(match self {
            Self::NotSupported(_) => 0,
            Self::Unreadable(_) => 1,
            Self::Format(_) => 2,
            Self::Representation(_) => 3,
            Self::Value(_) => 4,
            Self::Missing(_) => 5,
            Self::Url(_) => 6,
            Self::Key(_) => 7,
            Self::NoType(_) => 8,
            Self::NoEntity(_) => 9,
            Self::NoProperty(_) => 10,
            Self::NoMethod(_) => 11,
            Self::Rows => 13,
            Self::Options(_) => 14,
            Self::Exists(_) => 15,
            Self::Assign(_) => 16,
            Self::Method => 19,
            Self::Rights => 20,
            Self::Function(_) => 21,
            Self::Changed | Self::Base(_) => return None,
        })
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::NotSupported(_) => StatusCode::NOT_IMPLEMENTED,
            Self::NoType(_) | Self::NoEntity(_) | Self::NoMethod(_) => StatusCode::NOT_FOUND,
            Self::Representation(_) => StatusCode::NOT_ACCEPTABLE,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Rights => StatusCode::UNAUTHORIZED,
            Self::Changed => StatusCode::PRECONDITION_FAILED,
            Self::Base(refusal) => refusal.status(),
            Self::Unreadable(_)
            | Self::Format(_)
            | Self::Value(_)
            | Self::Missing(_)
            | Self::Url(_)
            | Self::Key(_)
            | Self::NoProperty(_)
            | Self::Rows
            | Self::Options(_)
            | Self::Exists(_)
            | Self::Assign(_)
            | Self::Function(_) => StatusCode::BAD_REQUEST,
        }
    }

    /// The answer; a fault without a code has no body.
    pub(super) fn answer(&self, json: bool) -> Response {
        let Some(code) = self.code() else {
            return self.status().into_response();
        };
        let text = self.to_string();
        let (kind, body) = if json {
            let error = json!({"odata.error": {"code": code.to_string(), "message": {"lang": "ru", "value": text}}});
            ("application/json;charset=utf-8", error.to_string())
        } else {
            let error = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<m:error xmlns:m=\"http://schemas.microsoft.com/ado/2007/08/dataservices/metadata\"><m:code>{code}</m:code><m:message>{}</m:message></m:error>",
                escaped(&text)
            );
            ("application/xml;charset=utf-8", error)
        };
        let headers = [(header::CONTENT_TYPE, HeaderValue::from_static(kind))];
        (self.status(), headers, body).into_response()
    }
}
