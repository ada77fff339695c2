//! From text to the `cel` crate's syntax tree, with every node's place in bytes.
//!
//! The parser runs without macros: `has(x.y)` and `xs.all(x, …)` stay the calls that they are written as, so that the
//! checker sees what the author wrote instead of the folds that macros expand to. Optional syntax (`a.?b`, `[?x]`) is off:
//! it hides gaps.
//!
//! The work runs on a thread with a deep stack: the parser recurses some ten frames a bracket, and callers may be tests or
//! tasks with 2 MiB.

use super::Fault;
use super::scan::{self, Kind, Tokens};
use cel::common::ast::{EntryExpr, Expr, IdedExpr, SourceInfo};
use std::cell::Cell;
use std::ops::Range;
use std::panic::AssertUnwindSafe;

/// The stack on which expressions are parsed and checked, in bytes; only what is used of it takes memory. A debug build of
/// the parser takes a third of a megabyte for one bracket, [`scan::DEEPEST`] of which may nest.
const STACK: usize = 64 << 20;

thread_local! {
    /// Whether this thread has the deep stack already.
    static DEEP: Cell<bool> = const { Cell::new(false) };
}

/// Runs work that will compile many expressions on a thread with a deep stack: a thread for each of them takes a third of the time
/// that the rules take to load.
///
/// # Errors
/// The system's, where no thread could be started.
pub fn deep<'scope, 'env, T: Send + 'scope>(
    scope: &'scope std::thread::Scope<'scope, 'env>,
    work: impl FnOnce() -> T + Send + 'scope,
) -> std::io::Result<std::thread::ScopedJoinHandle<'scope, T>> {
    std::thread::Builder::new().name("parse".to_owned()).stack_size(STACK).spawn_scoped(scope, || {
        DEEP.set(true);
        work()
    })
}

/// Runs the work with a deep stack, on a thread of its own where this one has none. A panic of the parser ends the work alone, and is
/// a fault.
///
/// # Errors
/// The work's own; one fault where the thread could not be started or the work did not end.
pub fn roomy<T: Send>(work: impl FnOnce() -> Result<T, Vec<Fault>> + Send) -> Result<T, Vec<Fault>> {
    let failed = |why: String| vec![Fault::new(0..0, format!("the expression could not be parsed: {why}"))];
    let panicked = |_| Err(failed("the parser failed on it".to_owned()));
    if DEEP.get() {
        // What the work holds is given up with it.
        return std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(panicked);
    }
    std::thread::scope(|scope| match deep(scope, work) {
        Ok(thread) => thread.join().unwrap_or_else(panicked),
        Err(error) => Err(failed(error.to_string())),
    })
}

/// A parsed expression.
pub struct Parsed {
    /// The syntax tree.
    pub tree: IdedExpr,
    places: SourceInfo,
    tokens: Tokens,
}

/// Parses an expression.
///
/// # Errors
/// All faults that the parser reports, or the one that [`scan::scan`] found.
pub fn parse(source: &str) -> Result<Parsed, Vec<Fault>> {
    let tokens = scan::scan(source).map_err(|fault| vec![fault])?;
    let parser = cel::Env::default().with_optional_support(false).parser().error_recovery_limit(8);
    match parser.parse_with_source_info(source) {
        Ok((tree, places)) => Ok(Parsed { tree, places, tokens }),
        Err(errors) => {
            let mut faults: Vec<Fault> = Vec::new();
            for error in &errors.errors {
                let start = byte(source, error.pos);
                let end = tokens.at(start).map_or(start, |token| token.span.end);
                let fault = explain(start..end, &error.msg);
                if !faults.iter().any(|known| known.span.start == fault.span.start) {
                    faults.push(fault);
                }
            }
            if faults.is_empty() {
                faults.push(Fault::new(0..source.len(), "this is no expression"));
            }
            Err(faults)
        }
    }
}

/// The parser counts lines from one and characters, not bytes, from one.
fn byte(source: &str, (line, column): (isize, isize)) -> usize {
    let (line, column) = (usize::try_from(line - 1).unwrap_or(0), usize::try_from(column - 1).unwrap_or(0));
    let start: usize = source.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = source.get(start..).unwrap_or_default();
    start + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

fn explain(span: Range<usize>, message: &str) -> Fault {
    if message.contains('?') && message.contains("unsupported syntax") {
        return Fault::new(span, "optional syntax hides what could not be read, so it is off")
            .help("guard with has(), as in has(a.b) && a.b");
    }
    let message = message.strip_prefix("Syntax error: ").unwrap_or(message);
    if message.contains("<EOF>") {
        return Fault::new(span, "the expression ends too early");
    }
    match message.split_once(" expecting ") {
        // The list of what would have fitted is the parser's whole vocabulary.
        Some((message, expected)) if expected.len() > 60 => Fault::new(span, message.to_owned()),
        _ => Fault::new(span, message.to_owned()),
    }
}

impl Parsed {
    /// Where the node's own token stands: the name, the literal, the operator, the dot, the bracket.
    pub fn token(&self, expr: &IdedExpr) -> Range<usize> {
        // The crate's second offset is that of the last byte, or one further, depending on the token: ours is exact.
        let start = self.places.offset_for(expr.id).map_or(0, |(start, _)| start as usize);
        self.tokens.at(start).map_or(start..start, |token| token.span.clone())
    }

    /// Where the selected name stands: behind the dot.
    pub fn field(&self, expr: &IdedExpr) -> Range<usize> {
        let dot = self.token(expr);
        self.tokens.after(dot.end).map_or(dot, |token| token.span.clone())
    }

    /// Where the called name stands: before the bracket.
    pub fn called(&self, expr: &IdedExpr) -> Range<usize> {
        let bracket = self.token(expr);
        match self.tokens.before(bracket.start) {
            Some(token) if token.kind == Kind::Word => token.span.clone(),
            _ => bracket,
        }
    }

    /// Where the whole expression under a node stands.
    pub fn span(&self, expr: &IdedExpr) -> Range<usize> {
        self.tokens.balanced(self.reach(expr))
    }

    fn reach(&self, expr: &IdedExpr) -> Range<usize> {
        let own = self.token(expr);
        let join = |span: Range<usize>, other: Range<usize>| span.start.min(other.start)..span.end.max(other.end);
        let closed = |span: Range<usize>| span.start..self.tokens.closed(span.start).unwrap_or(span.end);
        match &expr.expr {
            Expr::Unspecified | Expr::Ident(_) | Expr::Literal(_) => own,
            Expr::Select(select) => join(join(own, self.field(expr)), self.reach(&select.operand)),
            Expr::Call(call) => {
                let bracketed = self.tokens.at(own.start).is_some_and(|token| token.kind == Kind::Open);
                let mut span = if bracketed { closed(own) } else { own };
                if bracketed {
                    span = join(span, self.called(expr));
                }
                for part in call.target.iter().map(AsRef::as_ref).chain(&call.args) {
                    span = join(span, self.reach(part));
                }
                span
            }
            Expr::List(_) | Expr::Map(_) | Expr::Struct(_) => closed(own),
            Expr::Comprehension(comprehension) => join(closed(own), self.reach(&comprehension.iter_range)),
        }
    }
}

/// The key and value of a map literal's entry.
pub fn entry(expr: &EntryExpr) -> Option<(&IdedExpr, &IdedExpr)> {
    match expr {
        EntryExpr::MapEntry(entry) => Some((&entry.key, &entry.value)),
        EntryExpr::StructField(_) => None,
    }
}
