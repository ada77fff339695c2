//! Text → tree. One document, bounded in depth and size; the first syntax error ends it, since what follows is guesswork.

use super::{Key, Kind, Node};
use crate::diag::{Diagnostic, Source};
use arcstr::ArcStr;
use saphyr::Scalar;
use saphyr_parser::{Event, Marker, Parser, Span};
use std::ops::Range;

/// The most bytes of a file: the largest rule file shipped is far below.
const MOST_BYTES: usize = 1 << 20;
/// The deepest nesting.
const DEEPEST: usize = 64;

/// Reads one YAML document. An empty text is [`Kind::Null`].
///
/// # Errors
/// A syntax error, a duplicate key, a key that is no text, an anchor or alias, a second document, too deep, too large.
pub fn parse(source: &Source) -> Result<Node, Diagnostic> {
    if source.text.len() > MOST_BYTES {
        return Err(Diagnostic::whole(
            source.name.clone(),
            format!("the file has {} bytes, more than the {MOST_BYTES} that are read", source.text.len()),
        ));
    }
    let bytes = ByteOffsets::of(&source.text);
    let mut reader = Reader { source, bytes, stack: Vec::new(), done: None };
    let mut parser = Parser::new_from_str(&source.text);
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| {
            let offset = reader.bytes.at(*error.marker());
            Diagnostic::at(source, offset..offset, format!("not valid YAML: {}", error.info()))
        })?;
        reader.event(event, span)?;
    }
    Ok(reader.done.unwrap_or(Node { span: 0..0, kind: Kind::Null }))
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
enum Open {
    List(usize, Vec<Node>),
    Map(usize, Vec<(Key, Node)>, Option<Key>),
}

struct Reader<'a> {
    source: &'a Source,
    bytes: ByteOffsets,
    stack: Vec<Open>,
    done: Option<Node>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Diagnostic> {
        let range = self.bytes.range(span);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) if self.done.is_some() => Err(self.fault(range, "a second document in one file")),
            Event::DocumentStart(_) => Ok(()),
            Event::Alias(_) => Err(self.fault(range, "YAML aliases are not read").help("write the value again")),
            Event::Scalar(_, _, anchor, _) | Event::SequenceStart(anchor, _) | Event::MappingStart(anchor, _) if anchor > 0 => {
                Err(self.fault(range, "YAML anchors are not read").help("write the value where it is used"))
            }
            Event::Scalar(text, style, _, tag) => {
                if let Some(Open::Map(_, entries, key @ None)) = self.stack.last_mut() {
                    if entries.iter().any(|(known, _)| known.text == *text) {
                        return Err(self.fault(range, format!("the key {text:?} is given twice")));
                    }
                    *key = Some(Key { span: range, text: ArcStr::from(text.as_ref()) });
                    return Ok(());
                }
                let raw = ArcStr::from(text.as_ref());
                let kind = match Scalar::parse_from_cow_and_metadata(text, style, tag.as_ref()) {
                    Some(Scalar::Null) => Kind::Null,
                    Some(Scalar::Boolean(bool)) => Kind::Bool(bool),
                    Some(Scalar::Integer(int)) => Kind::Int(int),
                    Some(Scalar::FloatingPoint(_)) => Kind::Number(raw),
                    Some(Scalar::String(_)) => Kind::Str(raw),
                    None => return Err(self.fault(range, "the YAML tag does not fit the value")),
                };
                self.put(Node { span: range, kind })
            }
            Event::SequenceStart(..) => self.open(Open::List(range.start, Vec::new()), range),
            Event::MappingStart(..) => self.open(Open::Map(range.start, Vec::new(), None), range),
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open::List(start, items)) => self.put(Node { span: start..range.end.max(start), kind: Kind::List(items) }),
                Some(Open::Map(start, entries, _)) => self.put(Node { span: start..range.end.max(start), kind: Kind::Map(entries) }),
                None => Err(self.fault(range, "a list or map ends that never began")),
            },
        }
    }

    fn open(&mut self, open: Open, range: Range<usize>) -> Result<(), Diagnostic> {
        if let Some(Open::Map(_, _, None)) = self.stack.last() {
            return Err(self.fault(range, "a key must be text"));
        }
        if self.stack.len() >= DEEPEST {
            return Err(self.fault(range, format!("nested more than {DEEPEST} deep")));
        }
        self.stack.push(open);
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Diagnostic> {
        match self.stack.last_mut() {
            None => self.done = Some(node),
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map(_, entries, key)) => match key.take() {
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
