//! What is tried when a way has failed.

use super::way::Way;
use crate::failure::Code;

/// The ways of `rest` that this failure leaves open, in their order.
///
/// A publication that is not there is not there for the browser either, and a base without a free licence or under
/// maintenance takes nobody: another way would only ask the same again.
pub fn left_after(code: Code, rest: Vec<Way>) -> Vec<Way> {
    let web = |way: &Way| matches!(way, Way::Hot { .. } | Way::Cold { .. } | Way::Browser { .. });
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "any other failure is one of the way itself"
    )]
    match code {
        Code::BaseLocked | Code::LicenceBusy => Vec::new(),
        Code::BaseUnreachable | Code::PublicationInvalid | Code::AddressInsecure => {
            rest.into_iter().filter(|way| !web(way)).collect()
        }
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Place;

    fn place() -> Place {
        Place {
            home: String::new(),
            address: String::new(),
            fragment: String::new(),
        }
    }

    #[test]
    fn only_ways_that_can_do_better_are_tried() {
        let all = || {
            vec![
                Way::Running { nav: String::new() },
                Way::Cold { place: place() },
                Way::Browser { address: String::new() },
            ]
        };
        let words = |code| left_after(code, all()).iter().map(Way::word).collect::<Vec<_>>();
        assert_eq!(words(Code::Internal), ["running", "cold", "browser"]);
        assert_eq!(words(Code::PlatformMissing), ["running", "cold", "browser"]);
        assert_eq!(words(Code::BaseUnreachable), ["running"]);
        assert!(words(Code::LicenceBusy).is_empty());
        assert!(words(Code::BaseLocked).is_empty());
    }
}
