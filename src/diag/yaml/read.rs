//! Text → tree. One document, bounded in depth and size; the first syntax error ends it, since what follows is guesswork.
//!
//! Files of ours are read by [`parse`]. What others write in YAML of their own kind, as CloudFormation's templates with their
//! short forms, is read by [`parse_as`] with a [`Dialect`]; it collects what is wrong but does not end the reading.

use super::{Key, Kind, Node};
use crate::diag::{Diagnostic, Source};
use arcstr::ArcStr;
use saphyr::Scalar;
use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span, Tag};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// What a kind of YAML has that files of ours do not.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// The most bytes of a file.
    pub most_bytes: usize,
    /// The deepest nesting.
    pub deepest: usize,
    /// The key that a value under the tag `!name` gets a map of its own with: `!Ref x` reads as `{Ref: x}`. None for tags that
    /// are not known.
    pub short_form: fn(&str) -> Option<ArcStr>,
    /// The names of all tags that are known, for suggestions.
    pub short_forms: &'static [&'static str],
    /// Whether `yes`, `no`, `on` and `off` are booleans, as YAML 1.1 has it, and `0123` is no decimal number.
    pub version_1_1: bool,
}

impl Dialect {
    /// Files of ours. The largest rule file shipped is far below a MiB.
    pub const OURS: Self = Self { most_bytes: 1 << 20, deepest: 64, short_form: |_| None, short_forms: &[], version_1_1: false };
}

/// Reads one YAML document. An empty text is [`Kind::Null`].
///
/// # Errors
/// A syntax error, a duplicate key, a key that is no text, an anchor or alias, a second document, too deep, too large.
pub fn parse(source: &Source) -> Result<Node, Diagnostic> {
    parse_as(source, &Dialect::OURS).map_err(|faults| match faults.into_iter().next() {
        Some(first) => first,
        None => Diagnostic::whole(source.name.clone(), "not valid YAML"),
    })
}

/// [`parse`] of another kind of YAML, or JSON.
///
/// # Errors
/// As of [`parse`]; all that could be found, at least one.
pub fn parse_as(source: &Source, dialect: &Dialect) -> Result<Node, Vec<Diagnostic>> {
    if source.text.len() > dialect.most_bytes {
        let (is, most) = (source.text.len(), dialect.most_bytes);
        return Err(vec![Diagnostic::whole(source.name.clone(), format!("the file has {is} bytes, more than the {most} that are read"))]);
    }
    let bytes = ByteOffsets::of(&source.text);
    let mut reader = Reader { source, dialect, bytes, stack: Vec::new(), done: None, faults: Vec::new() };
    let mut parser = Parser::new_from_str(&source.text);
    while let Some(next) = parser.next_event() {
        let read = match next {
            Ok((event, span)) => reader.event(event, span),
            Err(error) => {
                let offset = reader.bytes.at(*error.marker());
                Err(Diagnostic::at(source, offset..offset, format!("not valid YAML: {}", error.info())))
            }
        };
        if let Err(fatal) = read {
            reader.faults.push(fatal);
            return Err(reader.faults);
        }
    }
    if reader.faults.is_empty() { Ok(reader.done.unwrap_or(Node { span: 0..0, kind: Kind::Null })) } else { Err(reader.faults) }
}

/// The parser counts characters; we speak of bytes.
struct ByteOffsets {
    ascii: bool,
    starts: Vec<usize>,
    end: usize,
}

impl ByteOffsets {
    fn of(text: &str) -> Self {
        let ascii = text.is_ascii();
        let starts = if ascii { Vec::new() } else { text.char_indices().map(|(start, _)| start).collect() };
        Self { ascii, starts, end: text.len() }
    }

    fn at(&self, marker: Marker) -> usize {
        if self.ascii { marker.index().min(self.end) } else { self.starts.get(marker.index()).copied().unwrap_or(self.end) }
    }

    fn range(&self, span: Span) -> Range<usize> {
        let start = self.at(span.start);
        start..self.at(span.end).max(start)
    }
}

/// A list or map that is not closed yet.
struct Open {
    start: usize,
    /// The key of the short form that it stands under.
    short: Option<Key>,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map { entries: Vec<(Key, Node)>, seen: HashSet<ArcStr>, key: Option<Key> },
}

struct Reader<'a> {
    source: &'a Source,
    dialect: &'a Dialect,
    bytes: ByteOffsets,
    stack: Vec<Open>,
    done: Option<Node>,
    /// What is wrong and did not end the reading.
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    /// Takes one event in; an error is one after which nothing can be told.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        let range = self.bytes.range(span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.done.is_some() => Err(self.fault(range, "a second document in one file")),
            Event::DocumentStart(_) => Ok(()),
            Event::Alias(_) => {
                let fault = self.fault(range.clone(), "YAML aliases are not read").help("write the value again");
                self.faults.push(fault);
                self.put(Node { span: range, kind: Kind::Null })
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.no_anchor(anchor, &range);
                let short = self.short(tag.as_deref(), &range);
                if short.is_none()
                    && let Some(Body::Map { seen, key: key @ None, .. }) = self.stack.last_mut().map(|open| &mut open.body)
                {
                    let name = ArcStr::from(text.as_ref());
                    *key = Some(Key { span: range.clone(), text: name.clone() });
                    if !seen.insert(name) {
                        let fault = self.fault(range, format!("the key {text:?} is given twice"));
                        self.faults.push(fault);
                    }
                    return Ok(());
                }
                let tag = tag.filter(|tag| tag.is_yaml_core_schema());
                let kind = self.scalar(text, style, tag.as_ref(), &range)?;
                self.put(wrapped(Node { span: range, kind }, short))
            }
            Event::SequenceStart(anchor, tag) => self.open(Body::List(Vec::new()), anchor, tag.as_deref(), range),
            Event::MappingStart(anchor, tag) => {
                let body = Body::Map { entries: Vec::new(), seen: HashSet::new(), key: None };
                self.open(body, anchor, tag.as_deref(), range)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open { start, short, body }) => {
                    let kind = match body {
                        Body::List(items) => Kind::List(items),
                        Body::Map { entries, .. } => Kind::Map(entries),
                    };
                    self.put(wrapped(Node { span: start..range.end.max(start), kind }, short))
                }
                None => Err(self.fault(range, "a list or map ends that never began")),
            },
        }
    }

    fn scalar(&self, text: Cow<'_, str>, style: ScalarStyle, tag: Option<&Cow<'_, Tag>>, range: &Range<usize>) -> Result<Kind, Diagnostic> {
        let raw = ArcStr::from(text.as_ref());
        if self.dialect.version_1_1 && style == ScalarStyle::Plain && tag.is_none() {
            match raw.as_str() {
                "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Ok(Kind::Bool(true)),
                "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Ok(Kind::Bool(false)),
                // An account id may begin with a zero: what reads as octal there is text to whoever wrote it.
                digits if digits.len() > 1 && digits.starts_with('0') && digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                    return Ok(Kind::Str(raw));
                }
                _ => {}
            }
        }
        match Scalar::parse_from_cow_and_metadata(text, style, tag) {
            Some(Scalar::Null) => Ok(Kind::Null),
            Some(Scalar::Boolean(bool)) => Ok(Kind::Bool(bool)),
            Some(Scalar::Integer(int)) => Ok(Kind::Int(int)),
            Some(Scalar::FloatingPoint(_)) => Ok(Kind::Number(raw)),
            Some(Scalar::String(_)) => Ok(Kind::Str(raw)),
            None => Err(self.fault(range.clone(), "the YAML tag does not fit the value")),
        }
    }

    fn no_anchor(&mut self, anchor: usize, range: &Range<usize>) {
        if anchor > 0 {
            let fault = self.fault(range.clone(), "YAML anchors are not read").help("write the value where it is used");
            self.faults.push(fault);
        }
    }

    /// The key that a tag stands for; a fault where nobody knows the tag.
    fn short(&mut self, tag: Option<&Tag>, range: &Range<usize>) -> Option<Key> {
        let tag = tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty())?;
        if let Some(text) = (self.dialect.short_form)(&tag.suffix) {
            return Some(Key { span: range.clone(), text });
        }
        let fault = self.fault(range.clone(), format!("the tag !{} is not known", tag.suffix));
        let near = crate::diag::suggest(&tag.suffix, self.dialect.short_forms.iter().copied());
        self.faults.push(match near {
            Some(near) => fault.help(format!("did you mean !{near}?")),
            None => fault,
        });
        None
    }

    fn open(&mut self, body: Body, anchor: usize, tag: Option<&Tag>, range: Range<usize>) -> Result<(), Diagnostic> {
        self.no_anchor(anchor, &range);
        if let Some(Open { body: Body::Map { key: None, .. }, .. }) = self.stack.last() {
            return Err(self.fault(range, "a key must be text"));
        }
        if self.stack.len() >= self.dialect.deepest {
            return Err(self.fault(range, format!("nested more than {} deep", self.dialect.deepest)));
        }
        let short = self.short(tag, &range);
        self.stack.push(Open { start: range.start, short, body });
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Diagnostic> {
        match self.stack.last_mut().map(|open| &mut open.body) {
            None => self.done = Some(node),
            Some(Body::List(items)) => items.push(node),
            Some(Body::Map { entries, key, .. }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => return Err(self.fault(node.span, "a key must be text")),
            },
        }
        Ok(())
    }

    fn fault(&self, range: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::at(self.source, range, message)
    }
}

fn wrapped(node: Node, short: Option<Key>) -> Node {
    match short {
        Some(key) => Node { span: node.span.clone(), kind: Kind::Map(vec![(key, node)]) },
        None => node,
    }
}
