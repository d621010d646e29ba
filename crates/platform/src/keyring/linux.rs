//! Whether there is a Secret Service. The `keyring` crate tries its store once per process and remembers a failure for
//! good, so it is not asked before the service can be reached: a keyring that starts after us is then found.
use zbus::names::BusName;

const NAME: &str = "org.freedesktop.secrets";

pub(super) fn is_present() -> bool {
    zbus::block_on(present()).unwrap_or_else(|error| {
        tracing::info!(%error, "there is no session bus to find a keyring on");
        false
    })
}

async fn present() -> zbus::Result<bool> {
    let connection = zbus::Connection::session().await?;
    let bus = zbus::fdo::DBusProxy::new(&connection).await?;
    if bus.name_has_owner(BusName::try_from(NAME)?).await? {
        return Ok(true);
    }
    Ok(bus
        .list_activatable_names()
        .await?
        .iter()
        .any(|name| name.as_str() == NAME))
}
