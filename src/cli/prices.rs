//! The operator's own prices, put before the shipped ones when the config is read.

use super::Failure;
use crate::config::Config;
use crate::cost::prices::{self, PriceBook};
use crate::diag::Source;
use anyhow::Context as _;

/// Puts the prices that the config names in force.
///
/// # Errors
/// Every mistake in the file.
pub fn put_in_force(config: &Config) -> Result<(), Failure> {
    let Some(path) = &config.prices else { return Ok(()) };
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the prices (cost.prices) in {}", path.display()))?;
    let own = prices::read(&Source::new(path.display().to_string(), text))?;
    prices::put_in_force(PriceBook::shipped().with(own));
    Ok(())
}
