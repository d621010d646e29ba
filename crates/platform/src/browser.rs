//! The default browser of the desk, by the `webbrowser` crate. On Linux `$BROWSER` wins, as people expect.
use std::time::Duration;

use hotstart_core::failure::{Code, Failure};
use hotstart_core::ports::{Browser, Waiting};
use url::Url;
use webbrowser::BrowserOptions;

/// Looking the browser up runs other programs on some desktops; longer than this is a failure.
const PATIENCE: Duration = Duration::from_secs(15);

/// Opens http and https addresses, and nothing else whatever the caller has checked before.
#[derive(Debug, Clone, Copy, Default)]
pub struct DefaultBrowser;

impl Browser for DefaultBrowser {
    fn open(&self, address: String) -> Waiting<Result<(), Failure>> {
        Box::pin(async move {
            let address = checked(&address)?;
            let opened = tokio::task::spawn_blocking(move || start(&address));
            match tokio::time::timeout(PATIENCE, opened).await {
                Ok(Ok(Ok(()))) => Ok(()),
                Ok(Ok(Err(error))) => {
                    tracing::warn!(%error, "the default browser could not be started");
                    Err(Failure::new(Code::BrowserFailed))
                }
                Ok(Err(error)) => {
                    tracing::error!(%error, "starting the browser ended badly");
                    Err(Failure::new(Code::BrowserFailed))
                }
                Err(_) => {
                    tracing::warn!("the default browser did not start in time");
                    Err(Failure::new(Code::BrowserFailed))
                }
            }
        })
    }
}

/// Starts the browser. The library forgets the process it started, so its end is awaited here; otherwise each opened
/// address would leave a dead entry in the table of processes.
fn start(address: &Url) -> std::io::Result<()> {
    let mut options = BrowserOptions::new();
    options.with_suppress_output(true);
    let open = || webbrowser::open_browser_with_options(webbrowser::Browser::Default, address.as_str(), &options);
    #[cfg(target_os = "linux")]
    return crate::left_behind::taken_in(open);
    #[cfg(not(target_os = "linux"))]
    open()
}

/// The address as a parser understands it, so that what was checked is what is opened.
fn checked(address: &str) -> Result<Url, Failure> {
    let refused = || Failure::new(Code::BrowserFailed);
    let parsed = Url::parse(address).map_err(|_| refused())?;
    let plain = parsed.username().is_empty() && parsed.password().is_none();
    if matches!(parsed.scheme(), "http" | "https") && parsed.has_host() && plain {
        Ok(parsed)
    } else {
        Err(refused())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_web_addresses_pass() {
        for good in [
            "https://portal.example.ru/crm/deal/details/1/",
            "http://127.0.0.1:8080/",
            "HTTPS://Пример.рф/а",
        ] {
            assert!(checked(good).is_ok(), "{good}");
        }
        for bad in [
            "file:///etc/passwd",
            "smb://host/share",
            "javascript:alert(1)",
            "ms-settings:",
            "//host/path",
            "-https://host/",
            "https://",
            "https://user:word@host/",
            "https://good.ru@evil.com/",
            "",
        ] {
            assert!(checked(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_opened_has_no_spaces_or_controls() {
        let opened = checked(" https://host/a b\u{7}\t\"c\" ").unwrap();
        assert!(opened.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{opened}");
    }
}
