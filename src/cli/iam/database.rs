//! Which action database a command uses: the one inside the program, or a newer file; and a word where it is old.

use crate::cli::{Failure, output};
use crate::iam::actions::Database;
use anyhow::Context as _;
use clap::Args;
use std::borrow::Cow;
use std::io::Read as _;
use std::ops::Deref;
use std::path::PathBuf;

/// The most bytes of a database file: far above what one packs to.
const LONGEST: u64 = 16 << 20;

/// The flag.
#[derive(Clone, Debug, Args)]
pub struct DatabaseFlag {
    /// Use this database of AWS's actions in place of the one inside the program; src/iam/actions/generate.py writes one
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
}

/// A database, read or inside the program.
pub enum Chosen {
    /// Inside the program.
    Embedded(&'static Database),
    /// From a file.
    Read(Box<Database>),
}

impl Deref for Chosen {
    type Target = Database;

    fn deref(&self) -> &Database {
        match self {
            Self::Embedded(database) => database,
            Self::Read(database) => database,
        }
    }
}

impl DatabaseFlag {
    /// The database, and on standard error a word where it is old.
    pub fn open(&self) -> Result<Chosen, Failure> {
        let database = match &self.database {
            None => Chosen::Embedded(Database::embedded()),
            Some(file) => {
                let cannot = || format!("cannot read {}", file.display());
                let mut bytes = Vec::new();
                std::fs::File::open(file).with_context(cannot)?.take(LONGEST).read_to_end(&mut bytes).with_context(cannot)?;
                let read = Database::read(&bytes).with_context(|| format!("{} is no action database", file.display()))?;
                Chosen::Read(Box::new(read))
            }
        };
        if database.is_old(chrono::Utc::now().date_naive()) {
            let how: Cow<'_, str> = match &self.database {
                None => "a newer program or --database knows what AWS added since".into(),
                Some(file) => format!("{} lacks what AWS added since", file.display()).into(),
            };
            output::tell(&format!("note: the action database is of {}; {how}", database.date()));
        }
        Ok(database)
    }
}
