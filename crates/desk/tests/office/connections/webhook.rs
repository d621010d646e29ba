//! The webhook wizard: what is missing is told, and the portal is connected all the same.
use hotstart_core::ports::{Logins as _, Portals as _, Secrets as _};
use hotstart_core::settings::{PortalSettings, secret_key};
use serde_json::json;

use super::peer::Stand;

#[tokio::test]
async fn missing_rights_are_told_until_they_are_given() {
    let stand = Stand::open().await;
    let address = stand.office.addresses.webhook.clone();
    let whole = stand.portals.identify(address.clone(), false).await.unwrap();
    assert_eq!(whole.missing_scopes, Vec::<String>::new());
    stand
        .order("/fault", json!({"kind": "scopes", "scopes": ["crm"]}))
        .await;
    let identity = stand.portals.identify(address.clone(), false).await.unwrap();
    assert_eq!((identity.user_id.as_str(), identity.portal), ("1", stand.host()));
    assert_eq!(identity.missing_scopes, ["im", "pull_channel"]);

    let key = secret_key(&stand.host());
    stand.keyring.keep(key, address, true).await.unwrap();
    let settings = PortalSettings {
        portal: stand.host(),
        scheme: "http".to_owned(),
        ..PortalSettings::default()
    };
    stand.logins.know(std::slice::from_ref(&settings));
    assert_eq!(
        stand.logins.look(settings.clone()).await.unwrap(),
        ["im", "pull_channel"]
    );
    assert!(
        stand
            .portals
            .entity(stand.host(), "deal:123".parse().unwrap())
            .await
            .is_ok()
    );
    stand
        .order(
            "/fault",
            json!({"kind": "scopes", "scopes": ["crm", "im", "pull_channel"]}),
        )
        .await;
    assert_eq!(stand.logins.look(settings).await.unwrap(), Vec::<String>::new());
}
