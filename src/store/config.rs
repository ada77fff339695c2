//! Where findings are remembered, and for how long.

use arcstr::ArcStr;

/// `store` of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreConfig {
    /// `sqlite://FILE`; none to remember nothing.
    pub url: Option<ArcStr>,
    /// Days after which resolved findings and finished passes are forgotten.
    pub keep_days: u32,
}

impl Default for StoreConfig {
    fn default() -> Self {
        // A year and a month: an audit once a year still sees the last one.
        Self { url: None, keep_days: 400 }
    }
}
