//! What no link may hold, whatever its form.

use super::refused::LinkRefused;

/// Looks at the text raw and decoded once, and returns it decoded, for questions about its form only.
pub(super) fn screen(text: &str) -> Result<String, LinkRefused> {
    characters(text)?;
    let decoded = onec::encoding::decode(text).map_err(|_| LinkRefused::Encoding)?;
    characters(&decoded)?;
    if names_a_user(text) || names_a_user(&decoded) {
        return Err(LinkRefused::User);
    }
    if decoded.to_ascii_lowercase().contains("seanceid=") {
        return Err(LinkRefused::Session);
    }
    Ok(decoded)
}

fn characters(text: &str) -> Result<(), LinkRefused> {
    if text.chars().any(char::is_control) {
        return Err(LinkRefused::Control);
    }
    if text.chars().any(is_bidi_control) {
        return Err(LinkRefused::Bidi);
    }
    Ok(())
}

/// Controls that make a text read in another order than it is written.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `scheme://user@..` or `scheme://user:password@..`, at the beginning or in an address inside a parameter.
fn names_a_user(text: &str) -> bool {
    text.split("://").skip(1).any(|rest| {
        rest.split(['/', '?', '#', '&', '\\'])
            .next()
            .unwrap_or_default()
            .contains('@')
    })
}
