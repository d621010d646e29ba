//! The trust of the operating system, watched: what a server showed and what was said to it.
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};

use crate::http::versions;

/// Who decides whether a certificate is trusted.
#[derive(Clone)]
pub struct Trust {
    verifier: Arc<dyn ServerCertVerifier>,
}

impl Trust {
    /// The operating system. Reads its roots, so it is made once and off the runtime; fails where there are none.
    pub fn of_system() -> Result<Self, Error> {
        let verifier = rustls_platform_verifier::Verifier::new(Arc::new(ring::default_provider()))?;
        Ok(Self {
            verifier: Arc::new(verifier),
        })
    }

    /// A verifier of the caller's.
    pub fn of(verifier: Arc<dyn ServerCertVerifier>) -> Self {
        Self { verifier }
    }

    /// TLS settings that decide as this trust does, and the witness of what they decide.
    pub(super) fn watched(&self) -> Result<(ClientConfig, Arc<Witness>), Error> {
        let witness = Arc::new(Witness {
            verifier: self.verifier.clone(),
            seen: Mutex::default(),
        });
        // "Dangerous" is to bring a verifier of one's own; this one asks the real one and keeps to its answer.
        let config = versions()?
            .dangerous()
            .with_custom_certificate_verifier(witness.clone())
            .with_no_client_auth();
        Ok((config, witness))
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trust")
    }
}

/// What a server showed and what was decided.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// The certificates, that of the server first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// Accepted, or why not.
    pub(super) verdict: Result<(), Error>,
}

/// Asks the real verifier and remembers the first answer.
#[derive(Debug)]
pub(super) struct Witness {
    verifier: Arc<dyn ServerCertVerifier>,
    seen: Mutex<Option<Seen>>,
}

impl Witness {
    /// The first certificate that was shown.
    pub(super) fn seen(&self) -> Option<Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let answer = self
            .verifier
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.get_or_insert_with(|| Seen {
            chain: std::iter::once(end_entity)
                .chain(intermediates)
                .map(|der| der.clone().into_owned())
                .collect(),
            verdict: answer.as_ref().map(|_| ()).map_err(Clone::clone),
        });
        answer
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
