use super::{Channel, Key, Trust, hex, read_id};
use crate::push::status::Status;

const PRIVATE: &str = "42d64ab4f6de87e7e7d6209f568b826d";
const PUBLIC: &str = "520be2333eea151a956c0c2581c8fa06";
const SHARED: &str = "5fc6cdfaff146ac121df90f4e96f1a13";
const USER: &str =
    "42d64ab4f6de87e7e7d6209f568b826d:520be2333eea151a956c0c2581c8fa06.36dc366e1c2eba2c26c50d97072b15718f5caf64";
const ALL: &str = "5fc6cdfaff146ac121df90f4e96f1a13.d3f7fbd882dca0f54ea8d2da3e8b90a46d7423df";

fn key() -> Key {
    Key::new("testsecretkey0123456789")
}

#[test]
fn signs_as_the_vectors_say() {
    let key = key();
    let user = Channel {
        private: read_id(PRIVATE).unwrap(),
        public: read_id(PUBLIC),
    };
    let shared = Channel {
        private: read_id(SHARED).unwrap(),
        public: None,
    };
    assert_eq!(key.signed_channel(user), USER);
    assert_eq!(key.signed_channel(shared), ALL);
    assert_eq!(
        key.sign_public(read_id(PUBLIC).unwrap()).unwrap(),
        "a764b23abc81f14bb5a47a54fcaff76456c0250d"
    );
    assert_eq!(
        key.sign(r#"{"a":1}"#).unwrap(),
        "2a9c49be96ccc8c769482030b159adda67109b96"
    );
}

#[test]
fn signs_as_the_independent_vector_says() {
    let key = Key::new(
        "u9kqCo7qhKIQ8RML9xUGNmcZLVWmS8OsR2UN9jsZuaCY3aqPKGENRWmA36f9r47FHnqXlKuMvgsl0hnft7qCAN8iXHw94nHS4D6dxA07BX1lUjwuMJ0t73Z9wJY25Mpu",
    );
    assert_eq!(
        key.sign("f0e5d42369441879d7e176c96cbbff2d").unwrap(),
        "26f59cab4eab972ec7dacec39a4355a3d7627717"
    );
}

#[test]
fn reads_both_channels_and_counts_a_repeated_one_once() {
    let channels = key()
        .read_channels(&format!("{USER}/{ALL}/{USER}"), Trust::Client)
        .unwrap();
    assert_eq!(channels.len(), 2);
    assert_eq!(hex(&channels[0].public.unwrap()), PUBLIC);
    assert_eq!(hex(&channels[1].private), SHARED);
}

#[test]
fn refuses_every_bad_part() {
    let wrong_signature = format!("{PRIVATE}:{PUBLIC}.{}", "0".repeat(40));
    let upper = USER.to_uppercase();
    let swapped = USER.replacen("42d6", "42d7", 1);
    for bad in [
        "",
        "abc",
        PRIVATE,
        SHARED,
        &wrong_signature,
        &upper,
        &swapped,
        &format!("{USER}/"),
        &format!("{USER}/{SHARED}"),
        &format!("{SHARED}.{}", "a".repeat(31)),
        &format!("{SHARED}.{}", "a".repeat(129)),
    ] {
        assert_eq!(
            key().read_channels(bad, Trust::Client),
            Err(Status::WrongChannelId),
            "{bad}"
        );
    }
}

#[test]
fn the_portal_needs_no_signature_for_a_private_channel_only() {
    assert!(key().read_channels(SHARED, Trust::Portal).is_ok());
    assert!(
        key()
            .read_channels(&format!("{PRIVATE}:{PUBLIC}"), Trust::Portal)
            .is_err()
    );
    assert!(key().read_channels(USER, Trust::Portal).is_ok());
}

#[test]
fn without_a_key_only_unsigned_private_channels_pass() {
    let none = Key::new("");
    assert!(none.read_channels(SHARED, Trust::Client).is_ok());
    assert!(none.read_channels(USER, Trust::Client).is_err());
    assert!(none.sign("x").is_none());
}

#[test]
fn a_public_signature_is_checked_bytewise() {
    let key = key();
    let public = read_id(PUBLIC).unwrap();
    let mut signature = Vec::new();
    let text = "a764b23abc81f14bb5a47a54fcaff76456c0250d";
    for index in (0..text.len()).step_by(2) {
        signature.push(u8::from_str_radix(&text[index..index + 2], 16).unwrap());
    }
    assert!(key.verify_public(public, &signature));
    signature[19] ^= 1;
    assert!(!key.verify_public(public, &signature));
    assert!(!key.verify_public(public, &signature[..19]));
}

#[test]
fn the_server_1_0_takes_letters_and_digits() {
    let key = key();
    let signed = key.signed_id(read_id(PRIVATE).unwrap());
    assert!(key.read_channels_1_0(&format!("{signed}/{ALL}"), Trust::Client).is_ok());
    let odd = "ZZ00000000000000000000000000000z";
    let odd_signed = format!("{odd}.{}", key.sign(odd).unwrap());
    assert_eq!(key.read_channels_1_0(&odd_signed, Trust::Client).unwrap().len(), 1);
    for bad in [
        "",
        SHARED,
        USER,
        &odd[1..],
        &format!("{SHARED}.{}", "0".repeat(40)),
        &format!("{ALL}/x"),
    ] {
        assert_eq!(
            key.read_channels_1_0(bad, Trust::Client),
            Err(Status::WrongChannelId),
            "{bad}"
        );
    }
    assert!(key.read_channels_1_0(SHARED, Trust::Portal).is_ok());
    assert!(Key::new("").read_channels_1_0(SHARED, Trust::Client).is_ok());
}
