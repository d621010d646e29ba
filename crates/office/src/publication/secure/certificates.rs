//! An authority with an intermediate one, and certificates that are right and wrong.

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::ServerConfig;
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

/// What is wrong with the certificates that a server sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chain {
    /// Nothing: the leaf and the intermediate certificate, for 127.0.0.1 and localhost.
    Good,
    /// The leaf alone.
    MissingIntermediate,
    /// For another host.
    WrongName,
    /// Valid until 2020.
    Expired,
    /// Valid from 2090.
    NotYetValid,
    /// Signed by itself.
    SelfSigned,
    /// Signed by an authority that nobody is told of.
    UnknownAuthority,
}

/// The authority of one office.
pub(super) struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    between: CertifiedIssuer<'static, KeyPair>,
    stranger: CertifiedIssuer<'static, KeyPair>,
}

impl Chain {
    /// Every state, in the order of the control.
    pub(super) const ALL: [Self; 7] = [
        Self::Good,
        Self::MissingIntermediate,
        Self::WrongName,
        Self::Expired,
        Self::NotYetValid,
        Self::SelfSigned,
        Self::UnknownAuthority,
    ];

    /// The name in the control.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::MissingIntermediate => "missing_intermediate",
            Self::WrongName => "wrong_name",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::SelfSigned => "self_signed",
            Self::UnknownAuthority => "unknown_authority",
        }
    }
}

impl Authority {
    /// Makes keys and certificates.
    pub(super) fn new() -> Result<Self, rcgen::Error> {
        let root = CertifiedIssuer::self_signed(authority("Office Root CA")?, KeyPair::generate()?)?;
        let between = CertifiedIssuer::signed_by(authority("Office Intermediate CA")?, KeyPair::generate()?, &root)?;
        let stranger = CertifiedIssuer::self_signed(authority("Strange CA")?, KeyPair::generate()?)?;
        Ok(Self {
            root,
            between,
            stranger,
        })
    }

    /// The certificate of the root, as PEM.
    pub(super) fn root(&self) -> String {
        self.root.pem()
    }

    /// The certificate between the root and the servers, as PEM.
    pub(super) fn intermediate(&self) -> String {
        self.between.pem()
    }

    /// A server that sends such certificates.
    pub(super) fn server(&self, chain: Chain) -> Result<ServerConfig, String> {
        let (sent, key) = self.sent(chain).map_err(|error| error.to_string())?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(sent, key))
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }

    fn sent(&self, chain: Chain) -> Result<(Vec<CertificateDer<'static>>, KeyPair), rcgen::Error> {
        let names = match chain {
            Chain::WrongName => vec!["other.example".to_owned()],
            Chain::Good
            | Chain::MissingIntermediate
            | Chain::Expired
            | Chain::NotYetValid
            | Chain::SelfSigned
            | Chain::UnknownAuthority => vec!["127.0.0.1".to_owned(), "localhost".to_owned()],
        };
        let mut params = CertificateParams::new(names)?;
        params.distinguished_name = named("Office publication");
        params.use_authority_key_identifier_extension = chain != Chain::SelfSigned;
        (params.not_before, params.not_after) = match chain {
            Chain::Expired => (date_time_ymd(2019, 1, 1), date_time_ymd(2020, 1, 1)),
            Chain::NotYetValid => (date_time_ymd(2090, 1, 1), date_time_ymd(2099, 1, 1)),
            Chain::Good
            | Chain::MissingIntermediate
            | Chain::WrongName
            | Chain::SelfSigned
            | Chain::UnknownAuthority => (date_time_ymd(2020, 1, 1), date_time_ymd(2090, 1, 1)),
        };
        let key = KeyPair::generate()?;
        let leaf = match chain {
            Chain::SelfSigned => params.self_signed(&key)?,
            Chain::UnknownAuthority => params.signed_by(&key, &self.stranger)?,
            Chain::Good | Chain::MissingIntermediate | Chain::WrongName | Chain::Expired | Chain::NotYetValid => {
                params.signed_by(&key, &self.between)?
            }
        };
        let mut sent = vec![leaf.der().clone()];
        if matches!(
            chain,
            Chain::Good | Chain::WrongName | Chain::Expired | Chain::NotYetValid
        ) {
            sent.push(self.between.der().clone());
        }
        Ok((sent, key))
    }
}

fn authority(name: &str) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}
