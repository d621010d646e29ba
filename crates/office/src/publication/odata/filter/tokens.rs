//! The signs that a condition consists of.

use std::iter::Peekable;
use std::str::Chars;

use super::super::cell::{Cell, guid, moment};
use super::super::fault::Fault;

/// A sign of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name or an operator.
    Word(String),
    /// A value.
    Literal(Cell),
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `,`.
    Comma,
}

/// The most signs of one condition: deeper ones are no filter but an attack.
const MOST: usize = 1_000;

/// Takes a condition apart.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut found = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(&next) = rest.peek() {
        if found.len() >= MOST {
            return Err(Fault::Options("слишком длинное условие".to_owned()));
        }
        match next {
            ' ' => {
                rest.next();
            }
            '(' | ')' | ',' => {
                rest.next();
                found.push(match next {
                    '(' => Token::Open,
                    ')' => Token::Close,
                    _ => Token::Comma,
                });
            }
            '\'' => found.push(Token::Literal(Cell::Text(quoted(&mut rest)?))),
            _ => {
                let mut name = String::new();
                while let Some(letter) = rest.next_if(|letter| !" (),'".contains(*letter)) {
                    name.push(letter);
                }
                let literal = rest.peek() == Some(&'\'');
                found.push(match (name.as_str(), literal) {
                    ("guid", true) => typed(&mut rest, guid, Cell::Guid)?,
                    ("datetime", true) => typed(&mut rest, moment, Cell::Moment)?,
                    (_, true) => return Err(Fault::Unreadable(name)),
                    ("true", false) => Token::Literal(Cell::Flag(true)),
                    ("false", false) => Token::Literal(Cell::Flag(false)),
                    ("null", false) => Token::Literal(Cell::Null),
                    (name, false) => match name.parse::<f64>() {
                        Ok(number) if name.starts_with(|first: char| first.is_ascii_digit() || first == '-') => {
                            Token::Literal(Cell::Number(number))
                        }
                        Ok(_) | Err(_) => Token::Word(name.to_owned()),
                    },
                });
            }
        }
    }
    Ok(found)
}

fn typed(
    rest: &mut Peekable<Chars>,
    read: fn(&str) -> Option<String>,
    cell: fn(String) -> Cell,
) -> Result<Token, Fault> {
    let text = quoted(rest)?;
    read(&text)
        .map(|value| Token::Literal(cell(value)))
        .ok_or(Fault::Unreadable(text))
}

/// A text in single quotes; a quote inside is doubled.
fn quoted(rest: &mut Peekable<Chars>) -> Result<String, Fault> {
    let mut text = String::new();
    rest.next();
    loop {
        match rest.next() {
            Some('\'') if rest.next_if_eq(&'\'').is_some() => text.push('\''),
            Some('\'') => return Ok(text),
            Some(letter) => text.push(letter),
            None => return Err(Fault::Options("незакрытая строка".to_owned())),
        }
    }
}
