//! Billing exports understood: CUR 2.0 and FOCUS, whoever wrote them and in whichever form.
//!
//! A reader of files (`collect/export/`, or a query engine) brings columns; [`layout`] says which of them matter, [`fold`] turns rows
//! into charges and adds up those that are alike in all that one may ask for, and [`question`] answers from such sums. So every
//! engine shares one meaning of every column, one sum, and one answer; an engine that pre-aggregates folds equal rows and nothing
//! more ([`sql`]).

pub mod charge;
pub mod fold;
pub mod layout;
pub mod moment;
pub mod question;
pub mod sql;
pub mod tags;
pub mod words;

#[cfg(test)]
mod tests;
