//! The cheap look at an expression's tokens before the parser sees it: limits, matching brackets, and where things stand.
//!
//! The parser of the `cel` crate recurses once a term of a flat `1+1+…` and several frames a bracket; 1,500 terms overflow
//! a 2 MB stack (in a debug build, 12 brackets do), and that cannot be caught. So length, nesting and terms are limited here, on a scan that does not
//! recurse. Texts that the lexer would not accept are refused here too, so that the parser meets whole tokens only.

use super::Fault;
use std::ops::Range;

/// The longest source, in bytes. The longest rule that we know of has 600.
pub const LONGEST: usize = 4096;
/// How deep brackets and conditionals may nest.
pub const DEEPEST: usize = 24;
/// How many operators, calls and selections an expression may have.
pub const MOST_TERMS: usize = 400;

/// What a token is, as far as places are found by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A name or a keyword.
    Word,
    /// A number.
    Number,
    /// Text between quotes, with its prefix.
    Text,
    /// `(`, `[` or `{`.
    Open,
    /// `)`, `]` or `}`.
    Close,
    /// Anything else.
    Sign,
}

/// One token.
#[derive(Clone, Debug)]
pub struct Token {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// For a bracket, the index of its mate.
    pub mate: usize,
}

/// The tokens of an expression that is within the limits and whose brackets match.
#[derive(Clone, Debug)]
pub struct Tokens(Vec<Token>);

/// Scans an expression.
///
/// # Errors
/// One fault: too long, too deep, too many terms, a bracket without a mate, text without an end, or a character that no
/// expression has.
pub fn scan(source: &str) -> Result<Tokens, Fault> {
    if source.len() > LONGEST {
        return Err(Fault::new(0..0, format!("the expression has {} bytes; at most {LONGEST} are read", source.len())));
    }
    let mut tokens: Vec<Token> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let (mut terms, mut questions, mut position) = (0_usize, 0_usize, 0_usize);
    while let Some(rest) = source.get(position..).filter(|rest| !rest.is_empty()) {
        let (length, kind) = token(rest, position)?;
        let span = position..position + length;
        position = span.end;
        let Some(kind) = kind else { continue };
        let here = tokens.len();
        let mut mate = here;
        match kind {
            Kind::Open => {
                terms += 1;
                open.push(here);
            }
            Kind::Close => {
                let pair = |open: &Token| {
                    matches!(
                        (text(source, open), text(source, &Token { kind, span: span.clone(), mate })),
                        ("(", ")") | ("[", "]") | ("{", "}")
                    )
                };
                match open.pop().and_then(|at| tokens.get_mut(at).map(|token| (at, token))) {
                    Some((at, token)) if pair(token) => {
                        token.mate = here;
                        mate = at;
                    }
                    Some((_, token)) => {
                        return Err(Fault::new(span, format!("this closes a {} that was opened otherwise", text(source, token))));
                    }
                    None => return Err(Fault::new(span, "this bracket closes what nothing opened")),
                }
            }
            Kind::Sign => {
                terms += 1;
                questions += usize::from(rest.starts_with('?'));
            }
            Kind::Word => terms += usize::from(rest.starts_with("in") && length == 2),
            Kind::Number | Kind::Text => {}
        }
        if terms > MOST_TERMS {
            return Err(Fault::new(span, format!("the expression has more than {MOST_TERMS} terms; split the rule")));
        }
        if open.len() + questions > DEEPEST {
            return Err(Fault::new(span, format!("brackets and conditionals nest deeper than {DEEPEST}; split the rule")));
        }
        tokens.push(Token { kind, span, mate });
    }
    if let Some(token) = open.pop().and_then(|at| tokens.get(at)) {
        return Err(Fault::new(token.span.clone(), "this bracket is never closed"));
    }
    if tokens.is_empty() {
        return Err(Fault::new(0..source.len(), "there is no expression here"));
    }
    Ok(Tokens(tokens))
}

fn text<'s>(source: &'s str, token: &Token) -> &'s str {
    source.get(token.span.clone()).unwrap_or_default()
}

/// The length of the token at the start of `rest`; no kind for white space and comments.
fn token(rest: &str, position: usize) -> Result<(usize, Option<Kind>), Fault> {
    let run = |accept: fn(char) -> bool| rest.find(|c: char| !accept(c)).unwrap_or(rest.len());
    let Some(first) = rest.chars().next() else { return Ok((0, None)) };
    match string(rest) {
        Quoted::No => {}
        Quoted::Until(length) => return Ok((length, Some(Kind::Text))),
        Quoted::Open => return Err(Fault::new(position..position + first.len_utf8(), "this text has no closing quote")),
        Quoted::Escape(at) => {
            let fault = Fault::new(position + at..position + at + 1, "no character is written so behind a backslash");
            return Err(fault.help("write \\\\ for a backslash, or a raw text: r'\\d+'"));
        }
    }
    let two = rest.get(..2).unwrap_or_default();
    Ok(match first {
        '\t' | ' ' | '\r' | '\n' | '\u{c}' => (run(|c| matches!(c, '\t' | ' ' | '\r' | '\n' | '\u{c}')), None),
        '/' if two == "//" => (rest.find('\n').unwrap_or(rest.len()), None),
        'a'..='z' | 'A'..='Z' | '_' => (run(|c| c.is_ascii_alphanumeric() || c == '_'), Some(Kind::Word)),
        '0'..='9' => (number(rest), Some(Kind::Number)),
        '(' | '[' | '{' => (1, Some(Kind::Open)),
        ')' | ']' | '}' => (1, Some(Kind::Close)),
        '=' | '!' | '<' | '>' | '&' | '|' if matches!(two, "==" | "!=" | "<=" | ">=" | "&&" | "||") => (2, Some(Kind::Sign)),
        '=' | '&' | '|' => {
            let help = format!("write {first}{first}");
            return Err(Fault::new(position..position + 1, format!("a single {first} means nothing here")).help(help));
        }
        '<' | '>' | '!' | '.' | ',' | '-' | '?' | ':' | '+' | '*' | '/' | '%' => (1, Some(Kind::Sign)),
        '`' => return Err(Fault::new(position..position + 1, "names in back quotes are not read; write m['a-b']")),
        other => {
            return Err(Fault::new(position..position + other.len_utf8(), format!("{:?} has no place in an expression", other)));
        }
    })
}

/// Whether a text between quotes stands at the start.
enum Quoted {
    No,
    Until(usize),
    Open,
    /// A backslash here that escapes nothing.
    Escape(usize),
}

fn string(rest: &str) -> Quoted {
    let quoted = rest.find(['\'', '"']).and_then(|prefix| Some((rest.get(..prefix)?.to_ascii_lowercase(), rest.get(prefix..)?)));
    let Some((prefix, body)) = quoted.filter(|(prefix, _)| matches!(prefix.as_str(), "" | "r" | "b" | "br")) else { return Quoted::No };
    let raw = prefix.ends_with('r');
    let quote = if body.starts_with('"') { "\"" } else { "'" };
    let triple = quote.repeat(3);
    let end = if body.starts_with(&triple) { triple.as_str() } else { quote };
    let mut chars = body.char_indices().skip(end.len());
    while let Some((at, c)) = chars.next() {
        let here = body.get(at..).unwrap_or_default();
        if c == '\\' && !raw {
            match escape(here) {
                Some(length) => {
                    for _ in 1..length {
                        chars.next();
                    }
                }
                None => return Quoted::Escape(prefix.len() + at),
            }
        } else if here.starts_with(end) {
            return Quoted::Until(prefix.len() + at + end.len());
        } else if end.len() == 1 && matches!(c, '\n' | '\r') {
            return Quoted::Open;
        }
    }
    Quoted::Open
}

/// The length of the escape at the start, all of it ASCII.
fn escape(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let digits =
        |from: usize, count: usize, fits: fn(&u8) -> bool| bytes.get(from..from + count).is_some_and(|digits| digits.iter().all(fits));
    let (length, fits) = match bytes.get(1)? {
        b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\'' | b'\\' | b'?' | b'`' => (2, true),
        b'x' | b'X' => (4, digits(2, 2, u8::is_ascii_hexdigit)),
        b'u' => (6, digits(2, 4, u8::is_ascii_hexdigit)),
        b'U' => (10, digits(2, 8, u8::is_ascii_hexdigit)),
        b'0'..=b'3' => (4, digits(2, 2, |byte| matches!(byte, b'0'..=b'7'))),
        _ => return None,
    };
    fits.then_some(length)
}

fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let at = |position: usize| bytes.get(position).copied().unwrap_or(0);
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    if rest.starts_with("0x") {
        let end = 2 + bytes.iter().skip(2).take_while(|byte| byte.is_ascii_hexdigit()).count();
        return end + usize::from(matches!(at(end), b'u' | b'U'));
    }
    let mut end = digits(0);
    if at(end) == b'.' && at(end + 1).is_ascii_digit() {
        end += 1 + digits(end + 1);
    }
    if matches!(at(end), b'e' | b'E') {
        let sign = usize::from(matches!(at(end + 1), b'+' | b'-'));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end + usize::from(matches!(at(end), b'u' | b'U'))
}

impl Tokens {
    /// The token that starts at a byte.
    pub fn at(&self, start: usize) -> Option<&Token> {
        self.position(start).and_then(|position| self.0.get(position))
    }

    /// The first token at or behind a byte.
    pub fn after(&self, byte: usize) -> Option<&Token> {
        let position = self.0.partition_point(|token| token.span.start < byte);
        self.0.get(position)
    }

    /// The last token that ends at or before a byte.
    pub fn before(&self, byte: usize) -> Option<&Token> {
        let position = self.0.partition_point(|token| token.span.end <= byte);
        self.0.get(position.checked_sub(1)?)
    }

    /// Where the bracket that starts at a byte ends with its mate.
    pub fn closed(&self, start: usize) -> Option<usize> {
        let token = self.at(start)?;
        self.0.get(token.mate).map(|mate| mate.span.end)
    }

    /// The span, widened until every bracket in it has its mate in it.
    pub fn balanced(&self, mut span: Range<usize>) -> Range<usize> {
        loop {
            let mut wider = span.clone();
            for token in self.0.iter().filter(|token| token.span.start >= span.start && token.span.end <= span.end) {
                if let (Kind::Open | Kind::Close, Some(mate)) = (token.kind, self.0.get(token.mate)) {
                    wider = wider.start.min(mate.span.start)..wider.end.max(mate.span.end);
                }
            }
            if wider == span {
                return span;
            }
            span = wider;
        }
    }

    fn position(&self, start: usize) -> Option<usize> {
        self.0.binary_search_by(|token| token.span.start.cmp(&start)).ok()
    }
}

/// The length of the expression that `}}` ends, in a message; braces and quotes inside it are its own.
pub fn template_end(text: &str) -> Option<usize> {
    let (mut depth, mut position) = (0_usize, 0_usize);
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
        if depth == 0 && rest.starts_with("}}") {
            return Some(position);
        }
        if let (Quoted::Until(length), true) = (string(rest), rest.starts_with(['\'', '"'])) {
            position += length;
            continue;
        }
        match rest.chars().next()? {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        position += rest.chars().next().map_or(1, char::len_utf8);
    }
    None
}
