//! The page with the login form, and short messages in the same frame.

use std::fmt::Write as _;

use super::frame::{bare, escape};

/// The form; `back` is a path of the portal.
pub(crate) fn login(back: &str, mistake: Option<&str>, login: &str) -> String {
    let mut body = String::new();
    if let Some(mistake) = mistake {
        let _ = write!(body, "<p class=\"mistake\">{}</p>", escape(mistake));
    }
    let _ = write!(
        body,
        "<form name=\"form_auth\" method=\"post\" action=\"/auth/?login=yes\">\
         <input type=\"hidden\" name=\"AUTH_FORM\" value=\"Y\"><input type=\"hidden\" name=\"TYPE\" value=\"AUTH\">\
         <input type=\"hidden\" name=\"backurl\" value=\"{}\">\
         <label>Логин<input type=\"text\" name=\"USER_LOGIN\" maxlength=\"255\" value=\"{}\" autofocus></label>\
         <label>Пароль<input type=\"password\" name=\"USER_PASSWORD\" maxlength=\"255\" autocomplete=\"off\"></label>\
         <label class=\"check\"><input type=\"checkbox\" name=\"USER_REMEMBER\" value=\"Y\" checked>Запомнить меня</label>\
         <button class=\"button\" name=\"Login\" value=\"Войти\">Войти</button></form>",
        escape(back),
        escape(login),
    );
    bare("Авторизация", &body)
}

/// A heading and a sentence.
pub(crate) fn message(title: &str, text: &str) -> String {
    bare(title, &format!("<p>{}</p>", escape(text)))
}
