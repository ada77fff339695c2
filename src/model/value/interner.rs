//! Sharing of short strings and of key lists while resources are built.
//!
//! One interner lives as long as the pass that fills it. Only short strings are kept, and a bounded number of them: a
//! name that occurs once must not be held twice.

use arcstr::ArcStr;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// The sorted, unique keys of a map.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Shape(Box<[ArcStr]>);

impl Shape {
    /// The keys of a map without entries.
    pub fn empty() -> Arc<Self> {
        static EMPTY: LazyLock<Arc<Shape>> = LazyLock::new(|| Arc::new(Shape(Box::new([]))));
        Arc::clone(&EMPTY)
    }

    /// The keys.
    pub fn keys(&self) -> &[ArcStr] {
        &self.0
    }

    /// Where the key stands.
    pub fn position(&self, key: &str) -> Option<usize> {
        self.search(key).ok()
    }

    /// Where the key stands, or where it would.
    pub(super) fn search(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|probe| probe.as_str().cmp(key))
    }
}

/// Shares equal strings and equal key lists.
#[derive(Debug, Default)]
pub struct Interner {
    strings: Mutex<HashSet<ArcStr>>,
    shapes: Mutex<HashMap<Box<[ArcStr]>, Arc<Shape>>>,
}

/// Longer texts (descriptions, documents) hardly repeat.
const LONGEST: usize = 48;
/// Beyond this many, new strings are not remembered any more; what is shared stays shared.
const MOST: usize = 65_536;

impl Interner {
    /// An interner that knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The text, shared where it is short and was seen before.
    pub fn string(&self, text: &str) -> ArcStr {
        if text.len() > LONGEST {
            return ArcStr::from(text);
        }
        let mut strings = self.strings.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = strings.get(text) {
            return known.clone();
        }
        let new = ArcStr::from(text);
        if strings.len() < MOST {
            strings.insert(new.clone());
        }
        new
    }

    /// The shape of these keys, which must be sorted and unique.
    pub(super) fn shape(&self, keys: Vec<ArcStr>) -> Arc<Shape> {
        if keys.is_empty() {
            return Shape::empty();
        }
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = shapes.get(keys.as_slice()) {
            return Arc::clone(known);
        }
        let shape = Arc::new(Shape(keys.clone().into_boxed_slice()));
        if shapes.len() < MOST {
            shapes.insert(keys.into_boxed_slice(), Arc::clone(&shape));
        }
        shape
    }
}
