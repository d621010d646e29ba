//! Sessions and the counter of licences: one session takes one licence from the moment the login form is shown until a
//! logout. A browser that is killed gives nothing back, as on a real server.

use std::collections::VecDeque;

use serde::Serialize;

use super::refusal::Refusal;

/// Who may sign in; the office has no other users.
pub(super) const USERS: [&str; 4] = ["Администратор", "Иванов И.И.", "Петрова А.С.", "Сидоров П.К."];

/// The password of every user of the office.
pub(super) const PASSWORD: &str = "demo";

/// How many ended sessions are remembered, so that a late request learns that it was a logout.
const ENDED: usize = 256;

/// One session of a base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Session {
    /// The `seanceId`.
    pub(super) id: String,
    /// When it began, in microseconds since 1970.
    pub(super) started: u64,
    /// True while the login form is shown.
    pub(super) login_form: bool,
    /// Who signed in.
    pub(super) user: Option<String>,
    /// The page load that began it.
    pub(super) load: String,
}

/// The sessions of one base and its licences.
#[derive(Debug)]
pub(super) struct Book {
    licences: usize,
    sessions: Vec<Session>,
    ended: VecDeque<String>,
}

impl Book {
    /// An empty book with this number of licences.
    pub(super) fn new(licences: usize) -> Self {
        Self {
            licences,
            sessions: Vec::new(),
            ended: VecDeque::new(),
        }
    }

    /// Begins a session; `user` is the one the operating system vouches for, `None` shows the login form.
    pub(super) fn begin(&mut self, id: String, load: String, user: Option<&str>, now: u64) -> Result<Session, Refusal> {
        if self.sessions.len() >= self.licences {
            return Err(Refusal::NoLicence(self.licences));
        }
        let session = Session {
            id,
            started: now,
            login_form: user.is_none(),
            user: user.map(str::to_owned),
            load,
        };
        self.sessions.push(session.clone());
        Ok(session)
    }

    /// Answers the login form of a session.
    pub(super) fn sign_in(&mut self, id: &str, user: &str, password: &str) -> Result<(), Refusal> {
        self.any(id)?;
        if !USERS.contains(&user) || password != PASSWORD {
            return Err(Refusal::WrongPassword);
        }
        for session in self.sessions.iter_mut().filter(|session| session.id == id) {
            session.login_form = false;
            session.user = Some(user.to_owned());
        }
        Ok(())
    }

    /// The session with this id, signed in or not.
    pub(super) fn any(&self, id: &str) -> Result<&Session, Refusal> {
        if id.is_empty() {
            return Err(Refusal::NoSeance);
        }
        if let Some(session) = self.sessions.iter().find(|session| session.id == id) {
            return Ok(session);
        }
        if self.ended.iter().any(|ended| ended == id) {
            return Err(Refusal::EndedSeance(id.to_owned()));
        }
        Err(Refusal::UnknownSeance(id.to_owned()))
    }

    /// The session with this id, if somebody has signed in.
    pub(super) fn entered(&self, id: &str) -> Result<&Session, Refusal> {
        let session = self.any(id)?;
        if session.login_form {
            return Err(Refusal::NotSignedIn);
        }
        Ok(session)
    }

    /// Ends a session; its licence is free at once.
    pub(super) fn logout(&mut self, id: &str) -> Result<(), Refusal> {
        self.any(id)?;
        self.sessions.retain(|session| session.id != id);
        if self.ended.len() >= ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back(id.to_owned());
        Ok(())
    }

    /// Forgets one session, or all of them, without a word to the client; says how many.
    pub(super) fn lose(&mut self, id: Option<&str>) -> usize {
        let before = self.sessions.len();
        self.sessions.retain(|session| id.is_some_and(|id| session.id != id));
        before - self.sessions.len()
    }

    /// Changes the number of licences; sessions that are open stay open.
    pub(super) fn set_licences(&mut self, licences: usize) {
        self.licences = licences;
    }

    /// How many sessions the base allows at the same time.
    pub(super) fn licences(&self) -> usize {
        self.licences
    }

    /// The open sessions, oldest first.
    pub(super) fn sessions(&self) -> &[Session] {
        &self.sessions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(book: &mut Book, id: &str, user: Option<&str>) -> Result<Session, Refusal> {
        book.begin(id.to_owned(), "load".to_owned(), user, 5)
    }

    #[test]
    fn the_login_form_takes_a_licence() {
        let mut book = Book::new(1);
        assert!(begin(&mut book, "a", None).unwrap().login_form);
        assert_eq!(begin(&mut book, "b", Some("Иванов И.И.")), Err(Refusal::NoLicence(1)));
        assert_eq!(book.entered("a"), Err(Refusal::NotSignedIn));
    }

    #[test]
    fn logout_frees_the_licence_and_is_remembered() {
        let mut book = Book::new(1);
        begin(&mut book, "a", Some("Иванов И.И.")).unwrap();
        book.logout("a").unwrap();
        assert_eq!(book.logout("a"), Err(Refusal::EndedSeance("a".to_owned())));
        assert_eq!(book.any("z").unwrap_err(), Refusal::UnknownSeance("z".to_owned()));
        assert_eq!(book.any("").unwrap_err(), Refusal::NoSeance);
        begin(&mut book, "b", None).unwrap();
        assert_eq!(book.sessions().len(), 1);
    }

    #[test]
    fn a_lost_session_is_unknown_and_its_licence_free() {
        let mut book = Book::new(2);
        begin(&mut book, "a", Some("Иванов И.И.")).unwrap();
        begin(&mut book, "b", Some("Иванов И.И.")).unwrap();
        assert_eq!(book.lose(Some("a")), 1);
        assert_eq!(book.lose(Some("a")), 0);
        assert_eq!(book.entered("a").unwrap_err(), Refusal::UnknownSeance("a".to_owned()));
        assert_eq!(book.lose(None), 1);
        assert!(book.sessions().is_empty());
    }

    #[test]
    fn only_a_known_user_with_the_password_signs_in() {
        let mut book = Book::new(1);
        begin(&mut book, "a", None).unwrap();
        assert_eq!(book.sign_in("a", "Иванов И.И.", "wrong"), Err(Refusal::WrongPassword));
        assert_eq!(book.sign_in("a", "Никто", PASSWORD), Err(Refusal::WrongPassword));
        assert!(book.entered("a").is_err());
        book.sign_in("a", "Иванов И.И.", PASSWORD).unwrap();
        assert_eq!(book.entered("a").unwrap().user.as_deref(), Some("Иванов И.И."));
    }

    #[test]
    fn fewer_licences_close_nobody() {
        let mut book = Book::new(2);
        begin(&mut book, "a", None).unwrap();
        begin(&mut book, "b", None).unwrap();
        book.set_licences(1);
        assert_eq!(book.sessions().len(), 2);
        book.logout("a").unwrap();
        assert!(begin(&mut book, "c", None).is_err());
    }
}
