//! Messages: text with `{{ … }}`, each holding an expression.
//!
//! A message is read by people when the verdict is already certain, so it is lenient where an assertion is not: an optional
//! property that is absent prints `none`, and what is not known prints `unknown`.

use super::check::{self, Optional};
use super::scan;
use super::val::Val;
use super::{Fault, Frame, Program, Reads, Scope};
use crate::model::GapKind;
use arcstr::ArcStr;
use std::fmt::Write as _;

/// A compiled message.
#[derive(Debug)]
pub struct Template {
    pieces: Vec<Piece>,
    reads: Reads,
}

#[derive(Debug)]
enum Piece {
    Text(ArcStr),
    Expression(Program),
}

impl Template {
    /// Compiles a message.
    ///
    /// # Errors
    /// All faults of all its expressions; places count from the start of the message.
    pub fn compile(text: &str, scope: &Scope<'_>) -> Result<Self, Vec<Fault>> {
        let (mut pieces, mut faults, mut reads) = (Vec::new(), Vec::new(), Reads::default());
        let mut position = 0;
        while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty()) {
            let Some(start) = rest.find("{{") else {
                pieces.push(Piece::Text(rest.into()));
                break;
            };
            if let Some(before) = rest.get(..start).filter(|before| !before.is_empty()) {
                pieces.push(Piece::Text(before.into()));
            }
            let inside = position + start + 2;
            let Some(length) = text.get(inside..).and_then(scan::template_end) else {
                faults.push(Fault::new(position + start..inside, "these braces are never closed").help("write {{ expression }}"));
                break;
            };
            let source = text.get(inside..inside + length).unwrap_or_default();
            match check::check(source, scope, Optional::Lenient) {
                Ok(checked) => {
                    reads.join(&checked.reads);
                    pieces.push(Piece::Expression(Program::new(source, checked)));
                }
                Err(found) => faults
                    .extend(found.into_iter().map(|fault| Fault { span: fault.span.start + inside..fault.span.end + inside, ..fault })),
            }
            position = inside + length + 2;
        }
        if faults.is_empty() { Ok(Self { pieces, reads }) } else { Err(faults) }
    }

    /// All that its expressions read.
    pub fn reads(&self) -> &Reads {
        &self.reads
    }

    /// The message over a frame.
    pub fn render<'a>(&'a self, frame: &Frame<'a>) -> String {
        let mut message = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => message.push_str(text),
                Piece::Expression(program) => {
                    let value = program.run(frame);
                    // Writing to a string cannot fail.
                    let _ = match (value.gap().map(|gap| gap.kind), value.text()) {
                        (Some(GapKind::Absent), _) | (None, None) if matches!(value, Val::Null) || value.gap().is_some() => {
                            message.write_str("none")
                        }
                        (Some(_), _) => message.write_str("unknown"),
                        (None, Some(text)) => message.write_str(text),
                        (None, None) => message.write_str(&value.to_value().to_text()),
                    };
                }
            }
        }
        message
    }
}
