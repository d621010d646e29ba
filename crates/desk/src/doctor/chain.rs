//! What is wrong with a chain of certificates, in the words of a person who can put it right.
//!
//! Whether a chain is trusted was decided by the operating system before; here nothing is trusted or refused.
use hotstart_core::doctor::{Check, Finding};
use rustls::CertificateError;
use rustls::pki_types::CertificateDer;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer as _;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Name;

/// A certificate that ends within so many days is told of.
const SOON: i64 = 14;
const DAY: i64 = 86_400;
/// Names of a certificate that are told.
const NAMES: usize = 5;

/// The verdict of the operating system on a chain, put into words. `now` is seconds since 1970.
pub(super) fn judged(chain: &[CertificateDer<'_>], host: &str, verdict: &Result<(), rustls::Error>, now: i64) -> Check {
    let links: Vec<Link> = chain.iter().map_while(|der| Link::read(der)).collect();
    let Some(leaf) = links.first() else {
        return refused(verdict);
    };
    let fault = match verdict {
        Ok(()) => return accepted(leaf, now),
        Err(rustls::Error::InvalidCertificate(fault)) => fault,
        Err(_) => return refused(verdict),
    };
    let expired = links.iter().find(|link| seconds(link.until) < now);
    let early = links.iter().find(|link| seconds(link.from) > now);
    if matches!(
        fault,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. }
    ) {
        let names = if leaf.names.is_empty() {
            leaf.subject.clone()
        } else {
            leaf.names.join(", ")
        };
        return Check::new(Finding::CertificateHost)
            .with("host", host)
            .with("names", names);
    }
    // A signature that is wrong is that of somebody with the name of a trusted issuer and another key.
    if matches!(fault, CertificateError::UnknownIssuer | CertificateError::BadSignature) {
        return broken(&links, leaf);
    }
    // Verifiers of some systems say only that they refuse.
    match (expired, early) {
        (Some(link), _) => Check::new(Finding::CertificateExpired)
            .with("name", &link.subject)
            .with("until", date(link.until)),
        (None, Some(link)) => Check::new(Finding::CertificateEarly)
            .with("name", &link.subject)
            .with("from", date(link.from)),
        (None, None) => refused(verdict),
    }
}

fn accepted(leaf: &Link, now: i64) -> Check {
    let days = (seconds(leaf.until) - now).div_euclid(DAY);
    let until = date(leaf.until);
    if days < SOON {
        let check = Check::new(Finding::CertificateSoon).with("name", &leaf.subject);
        return check.with("until", until).with("days", days.to_string());
    }
    Check::new(Finding::CertificateGood)
        .with("until", until)
        .with("issuer", &leaf.issuer)
}

fn refused(verdict: &Result<(), rustls::Error>) -> Check {
    let detail = verdict.as_ref().err().map(ToString::to_string).unwrap_or_default();
    Check::new(Finding::CertificateRefused).with("detail", detail)
}

/// Follows the issuers from the leaf on, to where the chain ends without anybody who is trusted.
fn broken(links: &[Link], leaf: &Link) -> Check {
    let mut link = leaf;
    for _ in links {
        if link.raw_issuer == link.raw_subject {
            break;
        }
        let issuer = links.iter().find(|other| other.raw_subject == link.raw_issuer);
        let Some(issuer) = issuer else {
            return Check::new(Finding::CertificateLink)
                .with("name", &link.subject)
                .with("issuer", &link.issuer)
                .with("count", links.len().to_string());
        };
        link = issuer;
    }
    if std::ptr::eq(link, leaf) {
        Check::new(Finding::CertificateOwn).with("name", &leaf.subject)
    } else {
        Check::new(Finding::CertificateRoot).with("issuer", &link.subject)
    }
}

/// One certificate, as far as it is told of.
struct Link {
    subject: String,
    issuer: String,
    raw_subject: Vec<u8>,
    raw_issuer: Vec<u8>,
    from: ASN1Time,
    until: ASN1Time,
    names: Vec<String>,
}

impl Link {
    fn read(der: &CertificateDer<'_>) -> Option<Self> {
        let (_, certificate) = X509Certificate::from_der(der).ok()?;
        let names = names(&certificate);
        let subject = shown(certificate.subject()).or_else(|| names.first().cloned());
        Some(Self {
            subject: subject.unwrap_or_else(|| "?".to_owned()),
            issuer: shown(certificate.issuer()).unwrap_or_else(|| "?".to_owned()),
            raw_subject: certificate.subject().as_raw().to_vec(),
            raw_issuer: certificate.issuer().as_raw().to_vec(),
            from: certificate.validity().not_before,
            until: certificate.validity().not_after,
            names,
        })
    }
}

/// The common name, or the whole name; the latter is empty in certificates that have only alternative names.
fn shown(name: &X509Name<'_>) -> Option<String> {
    let common = name.iter_common_name().next().and_then(|name| name.as_str().ok());
    let shown = common.map_or_else(|| name.to_string(), str::to_owned);
    (!shown.trim().is_empty()).then_some(shown)
}

/// The hosts that a certificate is for.
fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = extension.value.general_names.iter();
    names.filter_map(host).take(NAMES).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "other names are no hosts")]
fn host(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some((*name).to_owned()),
        GeneralName::IPAddress(bytes) => {
            if let Ok(bytes) = <[u8; 4]>::try_from(*bytes) {
                return Some(std::net::Ipv4Addr::from(bytes).to_string());
            }
            let bytes = <[u8; 16]>::try_from(*bytes).ok()?;
            Some(std::net::Ipv6Addr::from(bytes).to_string())
        }
        _ => None,
    }
}

fn seconds(time: ASN1Time) -> i64 {
    time.timestamp()
}

fn date(time: ASN1Time) -> String {
    time.to_datetime().date().to_string()
}
