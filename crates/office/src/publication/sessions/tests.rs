use super::*;

const USER: Option<&str> = Some("Иванов И.И.");

fn begin(book: &mut Book, id: &str, user: Option<&str>) -> Result<Session, Refusal> {
    book.begin(id.to_owned(), App::WebClient, "load".to_owned(), user)
}

fn service(book: &mut Book, id: &str) {
    book.begin(id.to_owned(), App::HttpService, String::new(), USER)
        .unwrap();
}

#[test]
fn the_login_form_takes_a_licence() {
    let mut book = Book::new(1);
    assert!(begin(&mut book, "a", None).unwrap().login_form);
    assert_eq!(begin(&mut book, "b", USER), Err(Refusal::NoLicence(1)));
    assert_eq!(book.entered("a"), Err(Refusal::NotSignedIn));
    book.sign_in("a", "Иванов И.И.").unwrap();
    assert_eq!(book.entered("a").unwrap().user.as_deref(), USER);
}

#[test]
fn logout_frees_the_licence_and_is_remembered() {
    let mut book = Book::new(1);
    begin(&mut book, "a", USER).unwrap();
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
    begin(&mut book, "a", USER).unwrap();
    begin(&mut book, "b", USER).unwrap();
    assert_eq!(book.lose(Some("a")), 1);
    assert_eq!(book.lose(Some("a")), 0);
    assert_eq!(book.entered("a").unwrap_err(), Refusal::UnknownSeance("a".to_owned()));
    assert_eq!(book.lose(None), 1);
    assert!(book.sessions().is_empty());
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

#[test]
fn a_session_that_rests_too_long_is_forgotten() {
    let mut book = Book::new(9);
    book.set_idle(100);
    book.tick(1_000);
    begin(&mut book, "a", USER).unwrap();
    begin(&mut book, "b", USER).unwrap();
    book.tick(1_099);
    assert!(book.any("a").is_ok());
    book.tick(1_100);
    assert_eq!(book.any("b"), Err(Refusal::UnknownSeance("b".to_owned())));
    assert!(book.entered("a").is_ok(), "it was heard at 1099");
    book.set_idle(0);
    book.tick(1_000_000_000);
    assert!(book.any("a").is_ok());
}

#[test]
fn services_have_a_time_of_their_own_and_come_last() {
    let mut book = Book::new(9);
    book.tick(10);
    service(&mut book, "s");
    book.tick(11);
    begin(&mut book, "a", USER).unwrap();
    let ids: Vec<&str> = book.sessions().iter().map(|session| session.id.as_str()).collect();
    assert_eq!(ids, ["a", "s"]);
    book.tick(10 + SERVICE_AGE - 1);
    assert!(book.any("s").is_ok());
    book.set_service_idle(5);
    book.tick(10 + SERVICE_AGE + 4);
    assert_eq!(book.any("s"), Err(Refusal::UnknownSeance("s".to_owned())));
    assert_eq!((book.begun(App::HttpService), book.begun(App::WebClient)), (1, 1));
}

#[test]
fn an_update_ends_all_and_says_why() {
    let mut book = Book::new(1);
    begin(&mut book, "a", USER).unwrap();
    assert_eq!(book.outdate(), 1);
    assert_eq!(book.any("a"), Err(Refusal::Updated));
    assert_eq!(book.logout("a"), Err(Refusal::Updated));
    assert!(begin(&mut book, "b", USER).is_ok());
}
