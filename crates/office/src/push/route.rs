//! The addresses of the push server: its own, and those that a BitrixVM mounts it at.

use axum::http::Method;

/// What an address of the push server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// `/sub/` and `/subws/`: WebSocket or long polling.
    Subscribe,
    /// `/pub/`: the portal publishes, or asks who is there.
    Portal,
    /// `/rest/` and `/pubweb/`: a client publishes.
    Client,
    /// `/api/`: the portal calls the JSON-RPC server.
    Api,
    /// `/server-stat/`.
    Stats,
}

impl Route {
    /// The route of a path, given as its parts without empty ones. The portal's own REST begins with `/rest/` too,
    /// but is never called without a method.
    pub(crate) fn find(method: &Method, parts: &[&str]) -> Option<Self> {
        let own = parts.strip_prefix(&["bitrix"]).unwrap_or(parts);
        match own {
            ["sub" | "subws" | "sub2" | "subws2"] => Some(Self::Subscribe),
            ["pub"] => Some(Self::Portal),
            ["rest"] if parts.len() == 1 && *method == Method::GET => None,
            ["rest" | "pubweb"] => Some(Self::Client),
            ["api"] => Some(Self::Api),
            ["server-stat"] => Some(Self::Stats),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Method;

    use super::Route;

    #[test]
    fn routes_have_two_addresses() {
        let find = |parts: &[&str]| Route::find(&Method::POST, parts);
        for (name, route) in [
            ("sub", Route::Subscribe),
            ("subws", Route::Subscribe),
            ("pub", Route::Portal),
            ("rest", Route::Client),
            ("pubweb", Route::Client),
            ("api", Route::Api),
            ("server-stat", Route::Stats),
        ] {
            assert_eq!(find(&[name]), Some(route));
            assert_eq!(find(&["bitrix", name]), Some(route));
        }
        assert_eq!(find(&["rest", "1", "secret", "profile"]), None);
        assert_eq!(find(&["crm"]), None);
        assert_eq!(Route::find(&Method::GET, &["rest"]), None);
    }
}
