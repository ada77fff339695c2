//! Yes, no, and "cannot be told": what a statement's parts are worth. What cannot be told is never inverted into a certainty, and
//! is outranked by whatever decides without it.

use arcstr::ArcStr;

/// One of three values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It does not hold.
    No,
    /// It holds.
    Yes,
    /// It cannot be told, and why.
    Unsure(ArcStr),
}

impl Truth {
    /// What is known.
    pub const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }

    /// What cannot be told.
    pub fn unsure(why: impl Into<ArcStr>) -> Self {
        Self::Unsure(why.into())
    }

    /// Whether it is certain to hold.
    pub fn is_yes(&self) -> bool {
        *self == Self::Yes
    }

    /// The opposite.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Yes => Self::No,
            Self::Unsure(why) => Self::Unsure(why),
        }
    }

    /// Both; the second is asked only where it matters.
    #[must_use]
    pub fn and(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::No => Self::No,
            Self::Yes => other(),
            Self::Unsure(why) => match other() {
                Self::No => Self::No,
                Self::Yes | Self::Unsure(_) => Self::Unsure(why),
            },
        }
    }

    /// Either; the second is asked only where it matters.
    #[must_use]
    pub fn or(self, other: impl FnOnce() -> Self) -> Self {
        match self {
            Self::Yes => Self::Yes,
            Self::No => other(),
            Self::Unsure(why) => match other() {
                Self::Yes => Self::Yes,
                Self::No | Self::Unsure(_) => Self::Unsure(why),
            },
        }
    }

    /// All of them; of none, yes.
    pub fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Yes;
        for part in parts {
            all = all.and(|| part);
            if all == Self::No {
                break;
            }
        }
        all
    }

    /// Any of them; of none, no.
    pub fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::No;
        for part in parts {
            any = any.or(|| part);
            if any == Self::Yes {
                break;
            }
        }
        any
    }
}
