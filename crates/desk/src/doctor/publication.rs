//! The check of one publication: its address, the way to it, its first page, its services.
use hotstart_core::Timestamp;
use hotstart_core::doctor::{Check, Finding};
use onec::Publication;
use onec::client::{Base, Options, ServiceError, ServicePath};
use reqwest::StatusCode;
use url::Url;

use super::page::Page;
use super::trust::Trust;
use super::visit::{End, PATIENCE, Visit, Visitor, has_address, shown};
use crate::publications::says_locked;

/// The HTTP service that takes events in a base.
const SERVICE: &str = "hotstart/v1/events";

/// Looks at a publication from this desk, without a session and without credentials, and says what it sees. `address` is
/// taken as it stands in the settings; `intranet` is the owner's mark. A `trust` that could not be made is a finding.
pub async fn check_publication(address: &str, intranet: bool, trust: Option<&Trust>, now: Timestamp) -> Vec<Check> {
    let publication = match Publication::parse(address.trim()) {
        Ok(publication) => publication,
        Err(why) => return vec![Check::new(Finding::AddressInvalid).with("detail", why.to_string())],
    };
    let mut checks = vec![address_check(address, &publication, intranet)];
    let page = publication.browser_url(None, None);
    let url = Url::parse(&page).ok();
    let visitor = url.as_ref().and_then(|url| Visitor::new(url, trust));
    let (Some(url), Some(visitor)) = (url, visitor) else {
        checks.push(Check::new(Finding::Unreachable).with("host", publication.host()));
        checks.push(Check::new(Finding::TlsRoots));
        checks.extend(unseen(&publication));
        return checks;
    };
    let visit = visitor.visit(url.clone()).await;
    checks.push(reachable(&publication, &url, &visit).await);
    checks.push(visit.certificate(publication.host(), publication.is_secure(), now));
    checks.push(redirect(&visit));
    match &visit.end {
        End::Page(page) => checks.extend([page.client(), page.login(), page.window()]),
        End::Elsewhere(_) | End::Loop | End::Tls(_) | End::TimedOut | End::Unreachable => checks.extend(no_page()),
    }
    checks.push(mode(&publication));
    match &visit.end {
        // Where the first page already failed to come, two more waits would tell nothing new.
        End::Tls(_) | End::TimedOut | End::Unreachable => checks.extend(no_services()),
        End::Page(_) | End::Elsewhere(_) | End::Loop => checks.extend(services(&visitor, &publication).await),
    }
    checks.extend(from_here());
    checks
}

fn address_check(given: &str, publication: &Publication, intranet: bool) -> Check {
    let address = publication.to_string();
    let finding = if !(publication.is_secure() || publication.is_loopback() || intranet) {
        Finding::AddressPlain
    } else if given.trim_end_matches('/') == address {
        Finding::AddressGood
    } else {
        Finding::AddressNormal
    };
    Check::new(finding).with("address", address)
}

async fn reachable(publication: &Publication, url: &Url, visit: &Visit) -> Check {
    let of = |finding| Check::new(finding).with("host", publication.host());
    match &visit.end {
        End::Page(page) => of(status(page)).with("status", page.status.as_str()),
        // The server was there, whatever is thought of its certificate.
        End::Elsewhere(_) | End::Loop | End::Tls(_) => of(Finding::Reached),
        End::TimedOut => of(Finding::TimedOut).with("seconds", PATIENCE.as_secs().to_string()),
        End::Unreachable if !has_address(url).await => of(Finding::NameUnknown),
        End::Unreachable => of(Finding::Unreachable),
    }
}

fn status(page: &Page) -> Finding {
    if page.status.is_success() || page.status == StatusCode::UNAUTHORIZED {
        Finding::Reached
    } else if page.status == StatusCode::NOT_FOUND {
        Finding::NoSuchPublication
    } else if says_locked(&page.body) {
        Finding::BaseLocked
    } else {
        Finding::ServerTrouble
    }
}

fn redirect(visit: &Visit) -> Check {
    match (&visit.end, visit.hops.last()) {
        (End::Loop, _) => Check::new(Finding::RedirectLoop),
        (End::Elsewhere(to), _) => Check::new(Finding::RedirectHost).with("address", shown(to)),
        (End::Page(_), Some(last)) if last.scheme() != visit.hops[0].scheme() => {
            Check::new(Finding::RedirectSecure).with("address", shown(last))
        }
        (End::Page(_), None) => Check::new(Finding::RedirectNone),
        (_, Some(last)) => Check::new(Finding::RedirectOwn).with("path", last.path()),
        (End::Tls(_) | End::TimedOut | End::Unreachable, None) => Check::new(Finding::RedirectUnseen),
    }
}

/// The publications of 1cFresh and of services built on it: `/a/<application>/<number of the area>`.
fn mode(publication: &Publication) -> Check {
    let text = publication.to_string();
    let path = text.strip_prefix(&publication.origin()).unwrap_or_default();
    let parts: Vec<&str> = path.split('/').skip(1).collect();
    let area = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let host = publication.host();
    let service = matches!(parts.as_slice(), ["a", _, number] if area(number))
        || host == "1cfresh.com"
        || host.ends_with(".1cfresh.com");
    Check::new(if service {
        Finding::ModeService
    } else {
        Finding::ModeOwn
    })
}

async fn services(visitor: &Visitor, publication: &Publication) -> [Check; 2] {
    // A kept session would hold a licence for nothing.
    let options = Options {
        keep_session: false,
        answer_within: PATIENCE,
        ..Options::default()
    };
    let Ok(base) = Base::new(visitor.client(), publication.clone(), None, options) else {
        return no_services();
    };
    let odata = base.probe_odata().await;
    let service = match ServicePath::parse(SERVICE) {
        Some(path) => base.get(&path).await.map(|_| ()),
        None => Err(ServiceError::Unfit),
    };
    [odata_check(odata), service_check(service)]
}

fn odata_check(answer: Result<(), ServiceError>) -> Check {
    match answer {
        Ok(()) => Check::new(Finding::ODataOpen),
        Err(ServiceError::Credentials) => Check::new(Finding::ODataAsks),
        Err(ServiceError::Status(404) | ServiceError::Moved { .. }) => Check::new(Finding::ODataOff),
        Err(ServiceError::NoLicence) => Check::new(Finding::ODataLicence),
        Err(other) => Check::new(Finding::ODataUnclear).with("kind", said(&other)),
    }
}

fn service_check(answer: Result<(), ServiceError>) -> Check {
    match answer {
        // It takes events by POST, so it may refuse to be read and is there all the same.
        Ok(()) | Err(ServiceError::Status(400 | 405)) => Check::new(Finding::ServicesOpen),
        Err(ServiceError::Credentials) => Check::new(Finding::ServicesAsks),
        Err(ServiceError::Status(404) | ServiceError::Moved { .. }) => Check::new(Finding::ServicesOff),
        Err(ServiceError::NoLicence) => Check::new(Finding::ServicesLicence),
        Err(other) => Check::new(Finding::ServicesUnclear).with("kind", said(&other)),
    }
}

fn said(error: &ServiceError) -> String {
    match error {
        ServiceError::Status(status) => format!("{} {status}", error.kind()),
        ServiceError::OData(fault) => format!("{} {fault}", error.kind()),
        ServiceError::Plain
        | ServiceError::Unfit
        | ServiceError::Unreachable
        | ServiceError::Tls
        | ServiceError::Timeout
        | ServiceError::TooLarge
        | ServiceError::Moved { .. }
        | ServiceError::Credentials
        | ServiceError::Access
        | ServiceError::NoLicence
        | ServiceError::Unexpected => error.kind().to_owned(),
    }
}

fn unseen(publication: &Publication) -> Vec<Check> {
    let mut checks = vec![Check::new(Finding::RedirectUnseen)];
    checks.extend(no_page());
    checks.push(mode(publication));
    checks.extend(no_services());
    checks.extend(from_here());
    checks
}

fn no_page() -> [Check; 3] {
    [Finding::ClientUnseen, Finding::LoginUnseen, Finding::WindowUnseen].map(Check::new)
}

fn no_services() -> [Check; 2] {
    [Finding::ODataUnseen, Finding::ServicesUnseen].map(Check::new)
}

/// What nobody can see from a desk before a window was opened.
fn from_here() -> [Check; 2] {
    [Finding::Outside, Finding::Role].map(Check::new)
}
