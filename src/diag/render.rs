//! Mistakes as people read them: each drawn under the line that it speaks of, as compilers do.

use super::{Diagnostic, Gravity};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// All mistakes as text, with colour or without. Control characters of the quoted text are made visible.
pub fn render(diagnostics: &[Diagnostic], colour: Colour) -> String {
    let renderer = match colour {
        Colour::On => Renderer::styled(),
        Colour::Off => Renderer::plain(),
    };
    diagnostics.iter().map(|diagnostic| renderer.render(&[group(diagnostic)]) + "\n").collect::<Vec<_>>().join("\n")
}

/// Whether a terminal shows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Styled with ANSI escapes.
    On,
    /// Plain.
    Off,
}

fn group(diagnostic: &Diagnostic) -> Group<'_> {
    let message = visible(&diagnostic.message);
    let title = match diagnostic.quoted.as_deref() {
        Some(_) => message,
        None => format!("{}: {message}", visible(&diagnostic.file)),
    };
    let level = match diagnostic.gravity {
        Gravity::Error => Level::ERROR,
        Gravity::SecurityWarning => Level::WARNING.with_name("security warning"),
        Gravity::Warning => Level::WARNING,
        Gravity::Suggestion => Level::INFO.with_name("suggestion"),
    };
    let title = level.primary_title(title);
    let mut group = Group::with_title(match &diagnostic.code {
        Some(code) => title.id(code.as_str()),
        None => title,
    });
    if let Some((text, span)) = diagnostic.quoted.as_deref() {
        let end = span.end.clamp(span.start, text.len()).min(line_end(text, span.start));
        let start = span.start.min(end);
        group = group.element(
            Snippet::source(text.as_ref()).path(visible(&diagnostic.file)).annotation(AnnotationKind::Primary.span(start..end.max(start))),
        );
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(visible(help))),
        None => group,
    }
}

/// A mark over many lines hides the first of them; one line is enough.
fn line_end(text: &str, start: usize) -> usize {
    text.get(start..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| start + length)
}

fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.to_string() }).collect()
}
