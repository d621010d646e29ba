//! `$filter`: comparisons, `and`, `or`, `not`, parentheses, and the functions `startswith`, `endswith`, `substringof`
//! and `like`. What 1C has beyond that is refused as a function that is not there.

mod tokens;

use std::cmp::Ordering;
use std::iter::Peekable;

use super::cell::Cell;
use super::fault::Fault;
use tokens::{Token, tokens};

/// A condition or an operand of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A property.
    Property(String),
    /// A value.
    Literal(Cell),
    /// A comparison, by the orders that make it true.
    Compare(Box<Expression>, Comparison, Box<Expression>),
    /// Both.
    And(Box<Expression>, Box<Expression>),
    /// One of both.
    Or(Box<Expression>, Box<Expression>),
    /// The opposite.
    Not(Box<Expression>),
    /// A function of two texts.
    Call(Function, Box<Expression>, Box<Expression>),
}

/// `eq`, `ne` and the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// `eq`.
    Equal,
    /// `ne`.
    NotEqual,
    /// `gt`.
    Greater,
    /// `ge`.
    GreaterOrEqual,
    /// `lt`.
    Less,
    /// `le`.
    LessOrEqual,
}

/// A function with two arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    /// The first begins with the second.
    StartsWith,
    /// The first ends with the second.
    EndsWith,
    /// The first is inside the second.
    SubstringOf,
    /// The first looks like the second, where `%` is anything and `_` any character.
    Like,
}

/// Reads a condition.
pub(super) fn read(text: &str) -> Result<Expression, Fault> {
    let mut tokens = tokens(text)?.into_iter().peekable();
    let whole = any(&mut tokens, 0)?;
    match tokens.next() {
        None => Ok(whole),
        Some(_) => Err(Fault::Options(text.to_owned())),
    }
}

impl Expression {
    /// Whether an entity fits; `property` gives its values.
    pub(super) fn fits(&self, property: &dyn Fn(&str) -> Option<Cell>) -> Result<bool, Fault> {
        match self.value(property)? {
            Cell::Flag(flag) => Ok(flag),
            Cell::Text(_) | Cell::Guid(_) | Cell::Moment(_) | Cell::Number(_) | Cell::Whole(_) | Cell::Null => {
                Err(Fault::Options("условие отбора".to_owned()))
            }
        }
    }

    /// The UUIDs that `Ref_Key` is compared with: such objects are there even if no list shows them.
    pub(super) fn keys(&self) -> Vec<String> {
        match self {
            Self::Compare(one, Comparison::Equal, other) => match (one.as_ref(), other.as_ref()) {
                (Self::Property(name), Self::Literal(Cell::Guid(key))) if name == "Ref_Key" => vec![key.clone()],
                _ => Vec::new(),
            },
            Self::And(one, other) | Self::Or(one, other) => [one.keys(), other.keys()].concat(),
            Self::Property(_) | Self::Literal(_) | Self::Compare(..) | Self::Not(_) | Self::Call(..) => Vec::new(),
        }
    }

    fn value(&self, property: &dyn Fn(&str) -> Option<Cell>) -> Result<Cell, Fault> {
        let text = |of: &Self| match of.value(property)? {
            Cell::Text(text) => Ok(text),
            Cell::Guid(_) | Cell::Moment(_) | Cell::Number(_) | Cell::Whole(_) | Cell::Flag(_) | Cell::Null => {
                Err(Fault::Function("аргумент не строка".to_owned()))
            }
        };
        Ok(match self {
            Self::Property(name) => property(name).ok_or_else(|| Fault::NoProperty(name.clone()))?,
            Self::Literal(cell) => cell.clone(),
            Self::And(one, other) => Cell::Flag(one.fits(property)? & other.fits(property)?),
            Self::Or(one, other) => Cell::Flag(one.fits(property)? | other.fits(property)?),
            Self::Not(inner) => Cell::Flag(!inner.fits(property)?),
            Self::Compare(one, comparison, other) => {
                let order = one.value(property)?.order(&other.value(property)?);
                Cell::Flag(comparison.holds(order)?)
            }
            Self::Call(function, one, other) => {
                let (one, other) = (text(one)?, text(other)?);
                Cell::Flag(match function {
                    Function::StartsWith => one.starts_with(&other),
                    Function::EndsWith => one.ends_with(&other),
                    Function::SubstringOf => other.contains(&one),
                    Function::Like => like(&one.to_lowercase(), &other.to_lowercase()),
                })
            }
        })
    }
}

impl Comparison {
    fn named(word: &str) -> Option<Self> {
        Some(match word {
            "eq" => Self::Equal,
            "ne" => Self::NotEqual,
            "gt" => Self::Greater,
            "ge" => Self::GreaterOrEqual,
            "lt" => Self::Less,
            "le" => Self::LessOrEqual,
            _ => return None,
        })
    }

    /// Values of different types are never equal, and cannot be ordered.
    fn holds(self, order: Option<Ordering>) -> Result<bool, Fault> {
        let Some(order) = order else {
            return match self {
                Self::Equal => Ok(false),
                Self::NotEqual => Ok(true),
                Self::Greater | Self::GreaterOrEqual | Self::Less | Self::LessOrEqual => {
                    Err(Fault::Function("сравнение значений разных типов".to_owned()))
                }
            };
        };
        Ok(match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
        })
    }
}

/// How deep parentheses may go.
const DEEPEST: usize = 50;

type Tokens = Peekable<std::vec::IntoIter<Token>>;

fn wrong(token: Option<&Token>) -> Fault {
    Fault::Options(token.map_or_else(|| "неожиданный конец".to_owned(), |token| format!("{token:?}")))
}

fn word(tokens: &mut Tokens, wanted: &str) -> bool {
    tokens
        .next_if(|token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted)))
        .is_some()
}

fn any(tokens: &mut Tokens, depth: usize) -> Result<Expression, Fault> {
    if depth > DEEPEST {
        return Err(Fault::Options("слишком много скобок".to_owned()));
    }
    let mut one = all(tokens, depth)?;
    while word(tokens, "or") {
        one = Expression::Or(Box::new(one), Box::new(all(tokens, depth)?));
    }
    Ok(one)
}

fn all(tokens: &mut Tokens, depth: usize) -> Result<Expression, Fault> {
    let mut one = comparison(tokens, depth)?;
    while word(tokens, "and") {
        one = Expression::And(Box::new(one), Box::new(comparison(tokens, depth)?));
    }
    Ok(one)
}

fn comparison(tokens: &mut Tokens, depth: usize) -> Result<Expression, Fault> {
    if word(tokens, "not") {
        if depth > DEEPEST {
            return Err(Fault::Options("слишком много отрицаний".to_owned()));
        }
        return Ok(Expression::Not(Box::new(comparison(tokens, depth + 1)?)));
    }
    let one = operand(tokens, depth)?;
    let Some(Token::Word(name)) = tokens.peek() else {
        return Ok(one);
    };
    let Some(comparison) = Comparison::named(name) else {
        return Ok(one);
    };
    tokens.next();
    Ok(Expression::Compare(
        Box::new(one),
        comparison,
        Box::new(operand(tokens, depth)?),
    ))
}

fn operand(tokens: &mut Tokens, depth: usize) -> Result<Expression, Fault> {
    match tokens.next() {
        Some(Token::Literal(cell)) => Ok(Expression::Literal(cell)),
        Some(Token::Open) => {
            let inner = any(tokens, depth + 1)?;
            match tokens.next() {
                Some(Token::Close) => Ok(inner),
                other => Err(wrong(other.as_ref())),
            }
        }
        Some(Token::Word(name)) if tokens.next_if_eq(&Token::Open).is_some() => {
            let function = match name.as_str() {
                "startswith" => Function::StartsWith,
                "endswith" => Function::EndsWith,
                "substringof" => Function::SubstringOf,
                "like" => Function::Like,
                _ => return Err(Fault::Function(name)),
            };
            let one = any(tokens, depth + 1)?;
            if tokens.next_if_eq(&Token::Comma).is_none() {
                return Err(Fault::Function(name));
            }
            let other = any(tokens, depth + 1)?;
            if tokens.next_if_eq(&Token::Close).is_none() {
                return Err(Fault::Function(name));
            }
            Ok(Expression::Call(function, Box::new(one), Box::new(other)))
        }
        Some(Token::Word(name)) => Ok(Expression::Property(name)),
        other => Err(wrong(other.as_ref())),
    }
}

fn like(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    // One row of the usual table: which beginnings of the text the pattern so far fits.
    let mut fits: Vec<bool> = (0..=text.len()).map(|length| length == 0).collect();
    for sign in pattern {
        let mut next = vec![false; text.len() + 1];
        for length in 0..=text.len() {
            next[length] = match sign {
                '%' => fits[length] || (length > 0 && next[length - 1]),
                '_' => length > 0 && fits[length - 1],
                sign => length > 0 && fits[length - 1] && text[length - 1] == sign,
            };
        }
        fits = next;
    }
    fits[text.len()]
}

#[cfg(test)]
mod tests;
